# escape=`

FROM windows
WORKDIR C:\Program Files\App
COPY ["a b.txt", "C:\\dir\\"]
ENV P="C:\x;`"q`"" D=`$x
RUN dir `
  C:\
