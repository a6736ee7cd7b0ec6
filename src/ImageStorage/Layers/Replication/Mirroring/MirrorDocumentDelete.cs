using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A deletion of a document.</summary>
internal sealed class MirrorDocumentDelete(DocumentName name, DocumentETag? expected, MirrorComponents components) : MirrorWrite<bool>(new MirrorDocument(name))
{
    public override bool NeedsState => expected is not null;

    public override string ReplacedOnMirror => expected is { } version ? components.DocumentVersions.Find(name, components.Mirror, version)?.Value ?? string.Empty : string.Empty;

    public override async Task<bool> ApplyAsync(MirrorReplica replica, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        var replaced = await components.DocumentVersions.ResolveAsync(name, replica, expected, cancellationToken).ConfigureAwait(false);
        await writeHint(string.Empty, cancellationToken).ConfigureAwait(false);
        return await replica.Provider.Documents.DeleteAsync(name, replaced, cancellationToken).ConfigureAwait(false);
    }

    public override string? VersionOf(bool answer) => null;

    public override async Task<bool> TryCopyAsync(MirrorReplica primary, MirrorReplica mirror, bool answer, CancellationToken cancellationToken)
    {
        await mirror.Provider.Documents.DeleteAsync(name, null, cancellationToken).ConfigureAwait(false);
        components.DocumentVersions.Forget(name);
        return true;
    }
}
