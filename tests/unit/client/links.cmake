# The reader's insides, and the library of protobuf to hold its own reading of that format against.
target_include_directories(client_test PRIVATE ${PROJECT_SOURCE_DIR}/proto/client/cpp/src)
target_link_libraries(client_test PRIVATE roomtone_proto roomtone_options)
