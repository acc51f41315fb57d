FROM a
RUN ["\u0041\ud83d\ude00", "\"\\\/\b\f\n\r\t", ""]
RUN [ "a" , "b" ] 
RUN ["a"] # no json
RUN ["a",]
RUN [a, b]
RUN [[[[[[
RUN [ -f x ] && y
CMD []
ENTRYPOINT [ ]
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
COPY ["a", "b c", "d/"]
VOLUME []x
