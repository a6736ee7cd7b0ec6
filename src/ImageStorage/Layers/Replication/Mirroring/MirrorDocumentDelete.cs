using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A deletion of a document.</summary>
internal sealed class MirrorDocumentDelete(DocumentName name, DocumentETag? expected, MirrorComponents components) : MirrorWrite<bool>(new MirrorDocument(name))
{
    private bool _isCertain;

    public override bool NeedsState => expected is not null;

    public override bool IsCertain => _isCertain;

    public override string ReplacedOnMirror => components.DocumentVersions.Find(name, components.Mirror, expected)?.Value ?? string.Empty;

    public override async Task<bool> ApplyAsync(MirrorReplica replica, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        var replaced = await components.DocumentVersions.ResolveAsync(name, replica, expected, cancellationToken).ConfigureAwait(false);
        await writeHint(string.Empty, cancellationToken).ConfigureAwait(false);
        return await replica.Provider.Documents.DeleteAsync(name, replaced, cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask RewindAsync(StorageUnavailableException failure, CancellationToken cancellationToken) => components.DocumentVersions.EnsureCanContinueAsync(name, expected, failure);

    public override string? VersionOf(bool answer) => null;

    public override async Task<bool> TryCopyAsync(MirrorReplica primary, MirrorReplica mirror, bool answer, CancellationToken cancellationToken)
    {
        try
        {
            var replaced = components.DocumentVersions.Find(name, mirror, expected);
            await mirror.Provider.Documents.DeleteAsync(name, replaced, cancellationToken).ConfigureAwait(false);
            components.DocumentVersions.Forget(name);
            _isCertain = replaced is not null;
            return true;
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }
}
