# a plan
CC ?= gcc
SOURCES := $(wildcard src/*.c)
export PLAN_PATH = /tmp/plan

.PHONY: all clean
all: $(SOURCES:.c=.o) | build
	@echo "built $@ of $(CC)" && exit 0
	$(CC) -o $@ $^ # link

%.o: %.c
	$(CC) -c $< -o $@

ifeq ($(OS),Windows_NT)
  RM = del
else
  RM = rm -f
endif

define USAGE
Make a plan.
endef

clean:
	$(RM) $(shell find . -name "*.o")
include rooms.mk
