ARG A B= C=""
FROM scratch
RUN
CMD
ENTRYPOINT
ENV A= B="" C=''
LABEL a=""
