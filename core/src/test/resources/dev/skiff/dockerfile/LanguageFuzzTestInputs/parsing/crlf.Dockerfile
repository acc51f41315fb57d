FROM mcr.example.org/windows:ltsc2022 AS base
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]

RUN New-Item -ItemType Directory \
    C:\app
RUN echo a \
 # comment
  && echo b
COPY <<EOF /c.txt
line
EOF
CMD ["cmd", "/c", "echo", "hi"]
