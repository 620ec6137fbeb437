//! The process in which llama.cpp runs an embedded language model.
