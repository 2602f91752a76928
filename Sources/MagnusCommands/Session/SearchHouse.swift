import Encoder
import Foundation
import LanguageModels
import Retrieval
import Storage
import Transport

/// Builds what searches documents beside the standard model, where the owner has set it.
struct SearchHouse: Sendable {
    /// The settings.
    let configuration: Configuration
    /// What the process was started with.
    let environment: ProcessEnvironment
    /// Where files are.
    let locations: Locations
    /// Keys of services.
    let keys: KeyRing
    /// Whether nothing leaves this machine.
    let isOffline: Bool
    /// Where calls are booked.
    let ledger: any CallLedger
    /// Keeps what is private from services.
    let redactor: Redactor
    /// What keeps requests instead of sending them, on a dry run; nil otherwise.
    let preview: PreviewTransport?

    /// What is set; each part is made when a search first needs it.
    ///
    /// - Parameter isLocal: Whether services are left out.
    func services(isLocal: Bool) -> SearchServices {
        var services = SearchServices()
        switch configuration.encoder.value {
        case .service where isLocal: break
        case .service(let name):
            services.sendsQuestions = true
            services.encoder = {
                let connection = try connection()
                return try directory().encoder(name, connect: connection)
            }
        case .installed(let name):
            services.model = { try models.model(name) }
        case .folder(let path):
            services.model = { EncoderFolder(path: environment.absolute(path)) }
        case nil: break
        }
        switch configuration.reranker.value {
        case .service where isLocal: break
        case .service(let name):
            services.sendsQuestions = true
            services.reranker = {
                let connection = try connection()
                return try directory().reranker(name, connect: connection)
            }
        case .installed(let name):
            services.reranker = { localReranker(try models.model(name).loadCrossEncoder()) }
        case .folder(let path):
            services.reranker = {
                localReranker(try EncoderFolder(path: environment.absolute(path)).loadCrossEncoder())
            }
        case nil: break
        }
        return services
    }

    private var models: InstalledModels { InstalledModels(folder: locations.models) }

    private func localReranker(_ encoder: CrossEncoder) -> LocalReranker {
        let start = ContinuousClock.now
        return LocalReranker(encoder, workers: ProcessInfo.processInfo.activeProcessorCount) {
            ContinuousClock.now - start
        }
    }

    private func directory() throws -> ModelDirectory {
        try ModelDirectory(environment: environment, locations: locations, keys: keys)
    }

    private func connection() throws -> (ModelEndpoint) throws -> ServiceConnection {
        let online: any HTTPTransport =
            preview
            ?? CurlTransport(
                options: TransportOptions(environment: environment.variables, version: MagnusCommand.version)
            )
        let mode = configuration.privacy.value
        let isHeldBack = isOffline || mode == .localOnly
        let transport: any HTTPTransport = isHeldBack ? LocalOnlyTransport(online) : online
        let redactor = mode == .redacted ? redactor : nil
        return { endpoint in
            // A server here may pass its model on to another machine, which the transport cannot see.
            let isLocal = endpoint.isLocal
            guard isLocal || !isHeldBack else {
                throw ModelError(
                    .forbidden,
                    provider: endpoint.name.provider,
                    model: endpoint.name.model,
                    detail: "not asked, for nothing may leave this machine, and it does not run here"
                )
            }
            // What stays on this machine need not be redacted.
            return ServiceConnection(
                endpoint: endpoint,
                transport: transport,
                ledger: preview == nil ? ledger : nil,
                redact: { text in isLocal ? text : redactor?.redact(text) ?? text },
                pacing: RetryPacing(now: environment.clock)
            )
        }
    }
}
