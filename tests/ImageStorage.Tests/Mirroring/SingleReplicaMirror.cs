using ImageStorage.Diagnostics;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Mirroring;

/// <summary>A mirrored store that has lost one replica.</summary>
internal static class SingleReplicaMirror
{
    public static async ValueTask<IImageProvider> OpenAsync(TimeProvider clock, bool isPrimaryDown)
    {
        var isDown = false;
        var lost = new Lost(new FaultInjectingProvider(new InMemoryImageProvider(clock), _ => isDown ? Failure() : null), () => isDown);
        var other = new InMemoryImageProvider(clock);
        var provider = new MirrorProvider(
            isPrimaryDown ? lost : other, isPrimaryDown ? other : lost, new MirrorOptions { ReconcileInterval = null }, clock, new StorageEventQueue([], NullLogger.Instance), NullLogger.Instance);
        await provider.ListAsync(new ImageQuery());
        isDown = true;
        return provider;
    }

    private static StorageUnavailableException Failure() => new("The replica is down.") { Provider = "InMemory" };

    /// <summary>A replica that fails on demand. Only documents of applications still work.</summary>
    private sealed class Lost(IImageProvider inner, Func<bool> isDown) : DelegatingImageProvider(inner)
    {
        public override IDocumentStore Documents { get; } = new LostDocuments(inner.Documents, isDown);
    }

    private sealed class LostDocuments(IDocumentStore inner, Func<bool> isDown) : IDocumentStore
    {
        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) => Answers(name.ToString()) ? inner.GetAsync(name, cancellationToken) : throw Failure();

        public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            Answers(name.ToString()) ? inner.PutAsync(name, content, ifMatch, cancellationToken) : throw Failure();

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) => Answers(name.ToString()) ? inner.DeleteAsync(name, ifMatch, cancellationToken) : throw Failure();

        public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
            Answers(prefix) ? inner.ListAsync(prefix, after, limit, cancellationToken) : throw Failure();

        private bool Answers(string name) => !isDown() || !name.StartsWith("mirror", StringComparison.Ordinal);
    }
}
