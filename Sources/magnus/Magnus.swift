import MagnusCommands

@main
enum Magnus {
    static func main() async {
        await MagnusCommand.start()
    }
}
