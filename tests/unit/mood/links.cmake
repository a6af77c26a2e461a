# The mood tests read real texts, so the program needs the tokenizer; the library itself knows only its result.
if(TARGET mood_test)
  target_link_libraries(mood_test PRIVATE roomtone::text)
endif()
