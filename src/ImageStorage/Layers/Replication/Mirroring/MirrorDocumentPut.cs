using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A write of a document.</summary>
/// <param name="name">The document.</param>
/// <param name="content">The bytes.</param>
/// <param name="expected">The expected version of the mirrored store.</param>
/// <param name="needsBoth">Whether the write must reach both replicas.</param>
/// <param name="versions">Translates ETags.</param>
/// <param name="primary">The primary.</param>
/// <param name="mirror">The mirror.</param>
internal sealed class MirrorDocumentPut(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? expected, bool needsBoth, MirrorDocumentVersions versions, MirrorReplica primary, MirrorReplica mirror) : MirrorWrite<MirrorDocumentETag>(new MirrorDocument(name))
{
    private readonly string _hash = MirrorVersion.HashOf(content.Span);

    public override bool NeedsState => expected is not null;

    public override bool NeedsBoth => needsBoth;

    public override async Task<MirrorDocumentETag> ApplyAsync(MirrorReplica replica, Func<string?, CancellationToken, Task> writeHint, CancellationToken cancellationToken)
    {
        var replaced = await versions.ResolveAsync(name, replica, expected, cancellationToken).ConfigureAwait(false);
        var other = replica == primary ? mirror : primary;
        var replacedOnOther = needsBoth ? await FindOnOtherAsync(replica, other, replaced, cancellationToken).ConfigureAwait(false) : default;
        await writeHint(_hash, cancellationToken).ConfigureAwait(false);
        var written = await replica.Provider.Documents.PutAsync(name, content, replaced, cancellationToken).ConfigureAwait(false);
        if (needsBoth)
        {
            await PutOnOtherAsync(replica, other, written, replacedOnOther, cancellationToken).ConfigureAwait(false);
        }

        return new MirrorDocumentETag(replica == primary, written);
    }

    public override string VersionOf(MirrorDocumentETag answer) => _hash;

    public override async Task<bool> TryCopyAsync(MirrorReplica primary, MirrorReplica mirror, MirrorDocumentETag answer, CancellationToken cancellationToken)
    {
        if (!needsBoth)
        {
            versions.Remember(name, answer.Value, await mirror.Provider.Documents.PutAsync(name, content, null, cancellationToken).ConfigureAwait(false));
        }

        return true;
    }

    /// <summary>
    /// Returns the ETag on the other replica, after checking that both replicas have the expected version: otherwise the
    /// write could win on one replica and lose on the other.
    /// </summary>
    private async Task<DocumentETag> FindOnOtherAsync(MirrorReplica replica, MirrorReplica other, DocumentETag? replaced, CancellationToken cancellationToken)
    {
        var own = (await Item.FindAsync(replica, cancellationToken).ConfigureAwait(false)).Version;
        if (own?.Document!.ETag != replaced)
        {
            throw DocumentRules.Conflict(name, replica.Name);
        }

        var there = (await Item.FindAsync(other, cancellationToken).ConfigureAwait(false)).Version;
        return there?.Id == own?.Id ? there!.Document!.ETag : throw MirrorErrors.NotOnBoth(Item, primary.Name, mirror.Name);
    }

    private async Task PutOnOtherAsync(MirrorReplica replica, MirrorReplica other, DocumentETag written, DocumentETag replaced, CancellationToken cancellationToken)
    {
        try
        {
            var copied = await other.Provider.Documents.PutAsync(name, content, replaced, cancellationToken).ConfigureAwait(false);
            versions.Remember(name, replica == primary ? written : copied, replica == primary ? copied : written);
        }
        catch (ImageConflictException)
        {
            // A process that reaches only the other replica was faster. The next synchronization decides.
            throw MirrorErrors.NotOnBoth(Item, primary.Name, mirror.Name);
        }
    }
}
