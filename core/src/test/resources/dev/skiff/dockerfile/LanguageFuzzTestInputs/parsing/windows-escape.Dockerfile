# escape=`

FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
WORKDIR C:\app
COPY --from=busybox C:\src\ `
     C:\app\
ENV dir=C:\x note="a `"b`" c"
RUN dir c:\
CMD ["cmd", "/S", "/C", "app.exe"]
