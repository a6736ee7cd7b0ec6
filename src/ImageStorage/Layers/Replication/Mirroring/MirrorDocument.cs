using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// A document on both replicas. Providers choose the ETags of documents, so the replicas compare the hash of the bytes.
/// </summary>
internal sealed record MirrorDocument(DocumentName Name) : MirrorItem(Name.Value)
{
    public override ImageKey? Image => null;

    // No key of an image contains a line break.
    protected override string HashedText => $"document\n{Name}";

    /// <summary>
    /// Returns whether both replicas have the documents of a collection: those that belong to the content of the store,
    /// and those of transactions, which must survive the loss of a replica. The others are those of the primary.
    /// </summary>
    public static bool Covers(string collection) => DocumentCollections.Travels(collection) || collection is DocumentCollections.Transactions or DocumentCollections.TransactionOwners;

    /// <summary>Returns whether both replicas have a document.</summary>
    public static bool Covers(DocumentName name) => Covers(name.Collection) || name == StoreRequirements.Name;

    /// <summary>Returns the names of the documents of a replica that both replicas have, in the order of the collections.</summary>
    public static async IAsyncEnumerable<DocumentName> EnumerateAsync(MirrorReplica replica, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var documents = replica.Provider.Documents;
        foreach (var collection in await documents.ListCollectionsAsync(cancellationToken).ConfigureAwait(false))
        {
            await foreach (var name in documents.EnumerateAsync(collection + "/", null, cancellationToken).Where(Covers).ConfigureAwait(false))
            {
                yield return name;
            }
        }
    }

    public override string ToString() => $"Document '{Name}'";

    public override async Task<MirrorState> FindAsync(MirrorReplica replica, CancellationToken cancellationToken)
    {
        try
        {
            return new(await replica.Provider.Documents.GetAsync(Name, cancellationToken).ConfigureAwait(false) is { } document ? MirrorVersion.Of(document) : null, false);
        }
        catch (StorageCorruptedException)
        {
            return new(null, true);
        }
    }

    public override Task ApplyAsync(MirrorMove move, CancellationToken cancellationToken)
    {
        if (move.IsLeaderDamaged)
        {
            throw new StorageCorruptedException($"The document '{Name}' is damaged on {move.Leader.Name}, which has the winning version. Write the document again, or delete it.") { Provider = move.Leader.Name, Reason = "the winning version is damaged" };
        }

        // A damaged document has no version to protect and none that a precondition could name.
        var documents = move.Follower.Provider.Documents;
        var replaced = move.Replaced.IsDamaged ? default(DocumentETag?) : move.Replaced.Version?.Document!.ETag ?? DocumentETag.None;
        return KeyedAsync(move.Version?.Document is { } version ? documents.PutAsync(Name, version.Content, replaced, cancellationToken) : documents.DeleteAsync(Name, replaced, cancellationToken));
    }

    /// <summary>Retains the losing version as a document, unless it is only about processes.</summary>
    public override async Task<ImageInfo?> RetainReplacedAsync(MirrorMove move, CancellationToken cancellationToken)
    {
        if (move.Replaced.Version?.Document is { } version && DocumentCollections.Travels(Name.Collection))
        {
            var prefix = $"{DocumentCollections.MirrorConflicts}/{Guid.CreateVersion7():n}";
            DocumentName name = prefix.Length + Name.Value.Length < DocumentName.MaxLength ? $"{prefix}/{Name}" : prefix;
            await move.Leader.Provider.Documents.PutAsync(name, version.Content, null, cancellationToken).ConfigureAwait(false);
            await move.Follower.Provider.Documents.PutAsync(name, version.Content, null, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>
    /// A deletion wins, because it ends a lease or decides a transaction: no other process may then continue either.
    /// </summary>
    public override DateTimeOffset TimeOf(MirrorVersion? version, List<MirrorHint> own) => version is null ? DateTimeOffset.MaxValue : TimeOf(own);

    // The synchronizer reads again after a conflict about its own item.
    private async Task KeyedAsync(Task write)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (ImageConflictException exception)
        {
            throw new ImageConflictException(exception.Message, exception) { Key = Key, Provider = exception.Provider };
        }
    }
}
