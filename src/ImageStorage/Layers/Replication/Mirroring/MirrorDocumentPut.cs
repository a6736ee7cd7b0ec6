using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A write of a document.</summary>
/// <param name="name">The document.</param>
/// <param name="content">The bytes.</param>
/// <param name="expected">The expected version of the mirrored store.</param>
/// <param name="needsBoth">Whether the write must reach both replicas.</param>
/// <param name="components">The components of the mirror.</param>
internal sealed class MirrorDocumentPut(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? expected, bool needsBoth, MirrorComponents components) : MirrorWrite<MirrorDocumentETag>(new MirrorDocument(name))
{
    private readonly string _hash = MirrorVersion.HashOf(content.Span);
    private bool _isCertain;

    public override bool NeedsState => expected is not null;

    public override bool NeedsBoth => needsBoth;

    public override bool IsCertain => _isCertain;

    public override async Task<MirrorDocumentETag> ApplyAsync(MirrorReplica replica, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        var replaced = await components.DocumentVersions.ResolveAsync(name, replica, expected, cancellationToken).ConfigureAwait(false);
        var other = replica == components.Primary ? components.Mirror : components.Primary;
        var replacedOnOther = needsBoth ? await FindOnOtherAsync(replica, other, replaced, cancellationToken).ConfigureAwait(false) : default;
        await writeHint(_hash, cancellationToken).ConfigureAwait(false);
        var written = await replica.Provider.Documents.PutAsync(name, content, replaced, cancellationToken).ConfigureAwait(false);
        if (needsBoth)
        {
            await PutOnOtherAsync(replica, other, written, replacedOnOther, cancellationToken).ConfigureAwait(false);
        }

        return new MirrorDocumentETag(replica == components.Primary, written);
    }

    public override ValueTask RewindAsync(StorageUnavailableException failure, CancellationToken cancellationToken) => components.DocumentVersions.EnsureCanContinueAsync(name, expected, failure);

    public override string VersionOf(MirrorDocumentETag answer) => _hash;

    public override async Task<bool> TryCopyAsync(MirrorReplica primary, MirrorReplica mirror, MirrorDocumentETag answer, CancellationToken cancellationToken)
    {
        if (needsBoth)
        {
            return _isCertain = true;
        }

        try
        {
            var replaced = components.DocumentVersions.Find(name, mirror, expected);
            components.DocumentVersions.Remember(name, answer.Value, await mirror.Provider.Documents.PutAsync(name, content, replaced, cancellationToken).ConfigureAwait(false));

            // Absence is no unique version: another caller may have deleted the document between the two creations.
            _isCertain = replaced is not null && replaced != DocumentETag.None;
            return true;
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }

    /// <summary>
    /// Returns the ETag on the other replica, after checking that both replicas have the expected version: otherwise the
    /// write could win on one replica and lose on the other.
    /// </summary>
    private async Task<DocumentETag> FindOnOtherAsync(MirrorReplica replica, MirrorReplica other, DocumentETag? replaced, CancellationToken cancellationToken)
    {
        // A process that has ended between the replicas may have left an earlier version on one of them. Without a hint,
        // a replica may be new: only a resync knows which replica has the document.
        if (!await components.Synchronizer.HasNoHintsAsync(Item, cancellationToken).ConfigureAwait(false))
        {
            await components.Synchronizer.SynchronizeAsync(Item, false, cancellationToken).ConfigureAwait(false);
        }

        var own = (await Item.FindAsync(replica, cancellationToken).ConfigureAwait(false)).Version;
        if (own?.Document!.ETag is not { } current || current != replaced)
        {
            throw DocumentRules.Conflict(name, replica.Name);
        }

        var there = (await Item.FindAsync(other, cancellationToken).ConfigureAwait(false)).Version;
        return there?.Id == own.Id ? there.Document!.ETag : throw NotOnBoth();
    }

    private async Task PutOnOtherAsync(MirrorReplica replica, MirrorReplica other, DocumentETag written, DocumentETag replaced, CancellationToken cancellationToken)
    {
        try
        {
            var copied = await other.Provider.Documents.PutAsync(name, content, replaced, cancellationToken).ConfigureAwait(false);
            components.DocumentVersions.Remember(name, replica == components.Primary ? written : copied, replica == components.Primary ? copied : written);
        }
        catch (ImageStorageException exception) when (exception is not StorageUnavailableException)
        {
            // A process that reaches only the other replica was faster, or the other replica refuses, for example because it
            // is full. One replica has changed, so the hint must stay: the next synchronization decides.
            throw NotOnBoth(exception);
        }
    }

    private StorageUnavailableException NotOnBoth(Exception? cause = null) => MirrorErrors.NotOnBoth(Item, components.Primary.Name, components.Mirror.Name, cause);
}
