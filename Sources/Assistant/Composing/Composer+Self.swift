/// Answers about Magnus itself.
extension Composer {
    func order() -> [Answer.Block] {
        [
            .paragraph(
                "Magnus does not place, change or cancel orders. It can show what the position looks like: ask, for example, "
                    + "\"which positions meet a management rule?\" or \"what could be assigned this week?\"."
            )
        ]
    }

    func help() -> [Answer.Block] {
        [
            .paragraph("Magnus answers from your portfolio and your documents, and checks every figure it shows."),
            .heading("Questions it answers"),
            .list([
                .init("What positions do I have?"),
                .init("What could be assigned this week, and why?"),
                .init("How risky is my book?"),
                .init("Which positions meet a management rule?"),
                .init("What is my theta?"),
                .init("How much premium did I collect by month?"),
                .init("What is theta decay?"),
            ]),
            .note("A follow-up keeps its subject: \"and NVDA?\", \"only the puts\", \"why?\"."),
        ]
    }
}
