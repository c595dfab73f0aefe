#include "application.hpp"

int main(int argc, char** argv) {
  return messagebus::tool::run_application(argc, argv);
}
