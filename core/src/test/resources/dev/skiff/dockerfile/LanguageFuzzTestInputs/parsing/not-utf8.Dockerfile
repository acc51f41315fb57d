FROM a
RUN echo éÿ À€
ENV u=Ã© ðŸ˜€=1
COPY ÿþ /x
LABEL a="í €"