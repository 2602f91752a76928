import Agents
import Assistant
import Foundation
import LanguageModels

/// Shows what language models and services of search would be sent for a question, and sends them nothing.
struct DryRun {
    private let conversation: Conversation
    private let workspace: Workspace

    /// A dry run in a conversation whose workspace keeps requests instead of sending them.
    init(_ conversation: Conversation, _ workspace: Workspace) {
        self.conversation = conversation
        self.workspace = workspace
    }

    private struct Document: Encodable {
        struct Request: Encodable {
            struct Field: Encodable {
                var name: String
                var value: String
            }
            var agent: String
            var model: String?
            /// Agents before the reply of whose models a part is not known, which is marked; none for exact bytes.
            var dependsOn: [String]
            var method: String
            var url: String
            var headers: [Field]
            var body: String
        }
        var requests: [Request]
        /// What cannot be known before there are replies.
        var unknown: [String]
    }

    /// Shows the requests for a question, in the order they would be sent.
    ///
    /// - Throws: `CommandError` where nothing would be sent; what asking throws.
    func show(_ question: String) async throws -> ExitStatus {
        do {
            _ = try await conversation.ask(question, interrupts: workspace.interrupts)
        } catch let error as ModelError where error.code == .forbidden && workspace.preview?.kept.isEmpty == false {
            // What was to be sent is known, and that it was not sent is the point.
        }
        guard let kept = workspace.preview?.kept, !kept.isEmpty else {
            throw CommandError(
                .configuration,
                type: "nothing_to_send",
                "no language model would be asked, so nothing would be sent",
                hint: "choose one with -m, or see `magnus models list`"
            )
        }
        let requests = kept.map(DryRun.request)
        let document = Document(requests: requests, unknown: DryRun.unknown(requests))
        if workspace.options.json {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.requests/1", document))
        } else {
            try workspace.show(DryRun.text(document, kept))
        }
        return .answered
    }

    private static func request(_ kept: PreviewTransport.Kept) -> Document.Request {
        let body = String(decoding: kept.preview.body, as: UTF8.self)
        return Document.Request(
            agent: kept.agent.isEmpty ? searcher : kept.agent,
            model: kept.model?.description,
            dependsOn: Roles.names.filter { body.contains(FindingForm.unknown(of: $0)) },
            method: kept.preview.method,
            url: kept.preview.url,
            headers: kept.preview.headers.map { .init(name: $0.name, value: $0.value) },
            body: body
        )
    }

    /// Who asks a service of search.
    private static let searcher = "search"

    private static func unknown(_ requests: [Document.Request]) -> [String] {
        var lines: [String] = []
        let agents = requests.map(\.agent).filter(Roles.names.contains)
        if !agents.isEmpty {
            lines.append(
                "\(agents.joined(separator: ", ")): each may be asked up to \(ReasoningLimits().rounds - 1) times more, with "
                    + "what the tools return that its model calls; which facts these add to the requests after it is not "
                    + "known either"
            )
        }
        if requests.contains(where: { !Roles.names.contains($0.agent) && $0.agent != searcher }) {
            lines.append(
                "the writer may be asked again for sentences that do not pass the check, or for a reply that has another "
                    + "form than was asked for"
            )
        }
        if requests.contains(where: { $0.agent == searcher }) {
            lines.append(
                "passages: without the service's answer they were found on this machine alone; with it others may stand in "
                    + "the requests"
            )
        }
        lines.append(
            "a request that its service refuses or that fails may be sent again as the service wants it, or to the next "
                + "model; one whose reply was kept is not sent"
        )
        return lines
    }

    /// Every request under a line that says what it is, its bytes as they are; then what is not known.
    private static func text(_ document: Document, _ kept: [PreviewTransport.Kept]) -> String {
        var parts: [String] = []
        for (rank, request) in document.requests.enumerated() {
            var title = "# \(rank + 1) of \(document.requests.count): \(request.agent)"
            if let model = request.model { title += " to \(model)" }
            if !request.dependsOn.isEmpty {
                title +=
                    "; this, with what the models of \(request.dependsOn.joined(separator: ", ")) find where ⟨…⟩ stands"
            } else if request.agent != searcher, document.requests.contains(where: { $0.agent == searcher }) {
                title += "; this, unless the service of search brings other passages"
            } else {
                title += "; exactly this"
            }
            parts.append(title + "\n" + kept[rank].preview.description)
        }
        let unknown = ["# Not known before there are replies:"] + document.unknown.map { "# - " + $0 }
        return (parts + [unknown.joined(separator: "\n")]).joined(separator: "\n\n")
    }
}
