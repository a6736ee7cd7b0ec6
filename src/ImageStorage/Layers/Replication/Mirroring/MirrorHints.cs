using ImageStorage.Providers;
using ImageStorage.Replication;

namespace ImageStorage.Mirroring;

/// <summary>The hints and the leader document of a replica.</summary>
internal sealed class MirrorHints(IDocumentStore documents)
{
    /// <summary>The prefix of all documents that say that this replica is ahead of the other.</summary>
    public const string AheadPrefix = DocumentCollections.Mirror + "/";

    /// <summary>
    /// The prefix of the hints of writes that this replica may have missed while both replicas were in use.
    /// </summary>
    public const string InDoubtPrefix = DocumentCollections.MirrorInDoubt + "/";

    /// <summary>The prefix of unreadable hints that are retained for inspection.</summary>
    public const string RetainedPrefix = DocumentCollections.MirrorRetained + "/";

    /// <summary>
    /// The prefix of the records of retained versions that the other replica has and this replica lacks.
    /// </summary>
    public const string LackingPrefix = DocumentCollections.MirrorLacking + "/";

    /// <summary>The document that says that this replica is ahead of the other as a whole.</summary>
    public static readonly DocumentName LeaderName = $"{AheadPrefix}leader";

    private const string AheadHintPrefix = $"{AheadPrefix}h-";
    private const string VersionHintPrefix = $"{AheadPrefix}v-";
    private const int HashLength = 64;

    private readonly HintDocuments _hints = new(documents, RetainedPrefix, "Its image may be newer on this replica. Save or delete the image again, or run a resync.");

    public Task<DocumentETag> PutAheadAsync(MirrorHint hint, CancellationToken cancellationToken) => documents.PutAsync(NameOf(AheadHintPrefix, hint), DocumentJson.Write(hint, MirrorJson.Instance.MirrorHint), null, cancellationToken);

    public Task PutInDoubtAsync(MirrorHint hint, CancellationToken cancellationToken) => documents.PutAsync(NameOf(InDoubtPrefix, hint), DocumentJson.Write(hint, MirrorJson.Instance.MirrorHint), null, cancellationToken);

    public Task RemoveAheadAsync(MirrorHint hint, CancellationToken cancellationToken) => RemoveAsync(NameOf(AheadHintPrefix, hint), cancellationToken);

    public Task RemoveInDoubtAsync(MirrorHint hint, CancellationToken cancellationToken) => RemoveAsync(NameOf(InDoubtPrefix, hint), cancellationToken);

    public Task RemoveAsync(DocumentName name, CancellationToken cancellationToken) => documents.DeleteAsync(name, null, cancellationToken);

    /// <summary>Returns whether no document says that this replica is ahead.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await documents.ListAsync(AheadPrefix, null, 1, cancellationToken).ConfigureAwait(false)).Count == 0;

    public ValueTask<List<DocumentName>> ListAheadAsync(MirrorItem? item, CancellationToken cancellationToken) => ListAsync(AheadHintPrefix, item, cancellationToken);

    public ValueTask<List<DocumentName>> ListInDoubtAsync(MirrorItem? item, CancellationToken cancellationToken) => ListAsync(InDoubtPrefix, item, cancellationToken);

    /// <summary>
    /// Records that the other replica may have missed that a version was retained or dropped here.
    /// </summary>
    public Task<DocumentETag> PutVersionHintAsync(string id, CancellationToken cancellationToken) => documents.PutAsync(VersionHintPrefix + id, "{}"u8.ToArray(), null, cancellationToken);

    public Task RemoveVersionHintAsync(string id, CancellationToken cancellationToken) => RemoveAsync(VersionHintPrefix + id, cancellationToken);

    /// <summary>Returns the ids of the retained versions whose state the other replica may have missed.</summary>
    public ValueTask<List<string>> ListVersionHintsAsync(CancellationToken cancellationToken) =>
        documents.EnumerateAsync(VersionHintPrefix, null, cancellationToken).Select(name => name.Value[VersionHintPrefix.Length..]).ToListAsync(cancellationToken);

    public Task PutLackingAsync(string id, CancellationToken cancellationToken) => documents.PutAsync(LackingPrefix + id, default, null, cancellationToken);

    public Task RemoveLackingAsync(string id, CancellationToken cancellationToken) => RemoveAsync(LackingPrefix + id, cancellationToken);

    /// <summary>Returns whether the other replica has a retained version that this replica lacks.</summary>
    public async Task<bool> IsLackingAsync(string id, CancellationToken cancellationToken) => await documents.GetAsync(LackingPrefix + id, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Reads a hint.</summary>
    /// <returns>The hint, or <see langword="null"/> if it no longer exists.</returns>
    /// <exception cref="StorageCorruptedException">The hint cannot be read.</exception>
    public Task<MirrorHint?> GetAsync(DocumentName name, CancellationToken cancellationToken) => _hints.GetAsync(name, MirrorJson.Instance.MirrorHint, cancellationToken);

    /// <summary>
    /// Moves a hint that cannot be read to <see cref="RetainedPrefix"/>. Called when its item is in sync. The name of a
    /// hint is used once, so no other hint has this name.
    /// </summary>
    public Task RetainUnreadableAsync(DocumentName name, CancellationToken cancellationToken) => _hints.TryRemoveUnreadableAsync(name, cancellationToken);

    /// <summary>
    /// Returns the leader document, or <see langword="null"/> if this replica is not ahead as a whole.
    /// </summary>
    public Task<MirrorLeaderDocument?> GetLeaderAsync(CancellationToken cancellationToken) => _hints.GetAsync(LeaderName, MirrorJson.Instance.MirrorLeaderDocument, cancellationToken);

    /// <summary>Writes the leader document.</summary>
    /// <returns><see langword="false"/> if the document is not the version that was seen; nothing was
    /// changed.</returns>
    public async Task<bool> TryPutLeaderAsync(MirrorLeaderDocument leader, DocumentETag seen, CancellationToken cancellationToken)
    {
        try
        {
            await documents.PutAsync(LeaderName, DocumentJson.Write(leader, MirrorJson.Instance.MirrorLeaderDocument), seen, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }

    /// <summary>Removes the leader document.</summary>
    /// <returns><see langword="false"/> if the document has changed since it was read.</returns>
    public Task<bool> TryRemoveLeaderAsync(MirrorLeaderDocument leader, CancellationToken cancellationToken) => _hints.TryRemoveAsync(LeaderName, leader.Version, cancellationToken);

    /// <summary>Returns the part of a hint's name that identifies the image or document.</summary>
    public static string HashIn(DocumentName name)
    {
        var rest = name.Value.AsSpan(name.Value.StartsWith(AheadHintPrefix, StringComparison.Ordinal) ? AheadHintPrefix.Length : InDoubtPrefix.Length);
        return rest.Length > HashLength ? rest[..HashLength].ToString() : rest.ToString();
    }

    private static DocumentName NameOf(string prefix, MirrorHint hint) => $"{prefix}{hint.Item.HintHash}-{hint.Id}";

    private ValueTask<List<DocumentName>> ListAsync(string prefix, MirrorItem? item, CancellationToken cancellationToken) =>
        documents.EnumerateAsync(item is null ? prefix : $"{prefix}{item.HintHash}-", null, cancellationToken).ToListAsync(cancellationToken);
}
