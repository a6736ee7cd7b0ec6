using System.Collections.Concurrent;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// Translates the ETags of documents between the replicas. A process that has written a document to both replicas
/// remembers both ETags, so a compare-and-swap continues on the other replica when one becomes unavailable.
/// </summary>
internal sealed class MirrorDocumentVersions(MirrorReplica primary, MirrorReplica mirror)
{
    // Enough for the leases and journals of a process. A forgotten pair costs a conflict after a loss, and the caller
    // reads the document again.
    private const int MaxCount = 1000;

    private readonly ConcurrentDictionary<DocumentName, (DocumentETag OfPrimary, DocumentETag OfMirror)> _pairs = new();

    /// <summary>Remembers that both replicas have one version of a document.</summary>
    public void Remember(DocumentName name, DocumentETag ofPrimary, DocumentETag ofMirror)
    {
        if (_pairs.Count >= MaxCount)
        {
            // The versions of running transactions and their owners stay: they are few, and are forgotten with their documents.
            foreach (var other in _pairs.Keys.Where(other => other.Collection is not (DocumentCollections.Transactions or DocumentCollections.TransactionOwners)))
            {
                Forget(other);
            }
        }

        _pairs[name] = (ofPrimary, ofMirror);
    }

    /// <summary>Forgets a document that was deleted.</summary>
    public void Forget(DocumentName name) => _pairs.TryRemove(name, out _);

    /// <summary>
    /// Returns the ETag of the mirrored store for the version of a replica. The same version has the same ETag whichever
    /// replica answers, as far as this process knows.
    /// </summary>
    public DocumentETag ToETag(DocumentName name, MirrorReplica replica, DocumentETag etag)
    {
        if (_pairs.TryGetValue(name, out var pair) && replica == mirror && pair.OfMirror == etag)
        {
            return new MirrorDocumentETag(true, pair.OfPrimary).ToETag();
        }

        return new MirrorDocumentETag(replica == primary, etag).ToETag();
    }

    /// <summary>Returns the ETag on a replica that this process knows for a version; otherwise <see
    /// langword="null"/>. No document has the same ETag on both replicas.</summary>
    public DocumentETag? Find(DocumentName name, MirrorReplica replica, DocumentETag? expected)
    {
        if (expected == DocumentETag.None)
        {
            return DocumentETag.None;
        }

        if (expected is not { } etag || MirrorDocumentETag.TryParse(etag) is not { } version)
        {
            return null;
        }

        return version.IsOfPrimary == (replica == primary) ? version.Value
            : !_pairs.TryGetValue(name, out var pair) ? null
            : version.IsOfPrimary ? pair.OfPrimary == version.Value ? pair.OfMirror : null
            : pair.OfMirror == version.Value ? pair.OfPrimary : null;
    }

    /// <summary>
    /// Verifies that a write may continue on the mirror after an attempt on the primary that may have had its effect. If the
    /// mirror's ETag of the expected version is not known, a conflict on the mirror would not mean that nothing has changed.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The effect of the write is unknown.</exception>
    public ValueTask EnsureCanContinueAsync(DocumentName name, DocumentETag? expected, StorageUnavailableException failure) =>
        expected is null || Find(name, mirror, expected) is not null ? default : ValueTask.FromException(MirrorErrors.InDoubt(new MirrorDocument(name), primary.Name, mirror.Name, failure));

    /// <summary>
    /// Returns the ETag on a replica of an expected version. If this process does not know the ETag, both replicas are
    /// read: the replica has the version if the other replica does, both have the same bytes, and no hint exists.
    /// </summary>
    /// <exception cref="ImageConflictException">The replica has another version, as far as can be told.</exception>
    public async Task<DocumentETag?> ResolveAsync(DocumentName name, MirrorReplica replica, DocumentETag? expected, CancellationToken cancellationToken)
    {
        if (expected is not { } etag || etag == DocumentETag.None)
        {
            return expected;
        }

        if (Find(name, replica, etag) is { } known)
        {
            return known;
        }

        var other = replica == primary ? mirror : primary;
        var item = new MirrorDocument(name);
        if (Find(name, other, etag) is { } there && !other.Health.IsDown
            && (await item.FindAsync(replica, cancellationToken).ConfigureAwait(false)).Version is { } own
            && (await primary.Hints.ListAheadAsync(item, cancellationToken).ConfigureAwait(false)).Count == 0
            && (await mirror.Hints.ListAheadAsync(item, cancellationToken).ConfigureAwait(false)).Count == 0
            && (await mirror.Hints.ListInDoubtAsync(item, cancellationToken).ConfigureAwait(false)).Count == 0
            && (await item.FindAsync(other, cancellationToken).ConfigureAwait(false)).Version is { } version
            && version.Document!.ETag == there && version.Id == own.Id)
        {
            return own.Document!.ETag;
        }

        throw DocumentRules.Conflict(name, replica.Name);
    }
}
