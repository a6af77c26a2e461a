# The tests speak HTTP themselves; the library shows none of that in its headers but for http_client.hpp.
target_link_libraries(delivery_test PRIVATE Boost::headers OpenSSL::SSL)
