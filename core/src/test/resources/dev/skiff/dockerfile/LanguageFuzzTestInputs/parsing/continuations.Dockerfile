FROM a
RUN a \


  	
# c
  # d
 b \ 
 c \	
\
d
ENV a=b\\
ENV c=d \