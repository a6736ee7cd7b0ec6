using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <content>The documents of the store: those of both replicas, and some of the primary alone.</content>
internal sealed partial class MirrorProvider
{
    private async Task<StoredDocument?> GetDocumentAsync(DocumentName name, CancellationToken cancellationToken)
    {
        if (await _components.Pairing.IsNewAsync(cancellationToken).ConfigureAwait(false))
        {
            // Reading a document is part of a look at the state of a store, which must not pair the replicas.
            return await GetDocumentAsync(_components.Primary, name, cancellationToken).ConfigureAwait(false) ?? await GetDocumentAsync(_components.Mirror, name, cancellationToken).ConfigureAwait(false);
        }

        var item = new MirrorDocument(name);
        var (document, replica) = await ReadAsync(
            item,
            source => source.Provider.Documents.GetAsync(name, cancellationToken),
            (damaged, damage) => ReadDamagedDocumentAsync(item, damaged, damage, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        return document is null ? null : document with { ETag = _components.DocumentVersions.ToETag(name, replica, document.ETag) };
    }

    private async Task<StoredDocument?> GetDocumentAsync(MirrorReplica replica, DocumentName name, CancellationToken cancellationToken) =>
        await replica.Provider.Documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is { } document ? document with { ETag = _components.DocumentVersions.ToETag(name, replica, document.ETag) } : null;

    /// <summary>Replaces a damaged document by that of the other replica, and reads the document again.</summary>
    private async Task<(StoredDocument? Found, MirrorReplica Replica)> ReadDamagedDocumentAsync(MirrorDocument item, MirrorReplica damaged, StorageCorruptedException damage, CancellationToken cancellationToken)
    {
        try
        {
            if (!await _components.Synchronizer.HasNoHintsAsync(item, cancellationToken).ConfigureAwait(false))
            {
                throw damage;
            }

            await _components.Synchronizer.SynchronizeAsync(item, true, cancellationToken).ConfigureAwait(false);
            var document = await damaged.Provider.Documents.GetAsync(item.Name, cancellationToken).ConfigureAwait(false);
            Log.CorruptionRepaired(_logger, damaged.Name);
            return (document, damaged);
        }
        catch (ImageStorageException exception) when (exception != damage)
        {
            Log.OtherReplicaFailed(_logger, damaged == _components.Primary ? _components.Mirror.Name : _components.Primary.Name, exception);
            throw damage;
        }
    }

    private async Task<IReadOnlyList<DocumentName>> ListDocumentsAsync(MirrorReplica replica, string prefix, DocumentName? after, int limit, CancellationToken cancellationToken)
    {
        // Hints first: a write that ends meanwhile is then on the replica.
        var inDoubt = replica == _components.Mirror ? await ListInDoubtAsync(cancellationToken).ConfigureAwait(false) : [];
        var names = await replica.Provider.Documents.ListAsync(prefix, after, limit, cancellationToken).ConfigureAwait(false);
        var added = inDoubt.Where(name => name.Value.StartsWith(prefix, StringComparison.Ordinal) && (after is not { } start || name.CompareTo(start) > 0));
        return inDoubt.Count == 0 ? names : [.. names.Union(added).Order(DocumentName.OrdinalComparer).Take(limit)];
    }

    /// <summary>
    /// Returns the documents that an interrupted write may have left on the primary. A listing of the mirror contains
    /// their names: a reader must find out that it cannot read them, instead of taking them for deleted.
    /// </summary>
    private async Task<List<DocumentName>> ListInDoubtAsync(CancellationToken cancellationToken)
    {
        var names = new List<DocumentName>();
        foreach (var hintName in await _components.Mirror.Hints.ListInDoubtAsync(null, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                if (await _components.Mirror.Hints.GetAsync(hintName, cancellationToken).ConfigureAwait(false) is { Attempt.Length: > 0, Item: MirrorDocument document })
                {
                    names.Add(document.Name);
                }
            }
            catch (StorageCorruptedException exception)
            {
                // The reconciler reports the hint.
                Log.OtherReplicaFailed(_logger, _components.Mirror.Name, exception);
            }
        }

        return names;
    }

    private async Task<IReadOnlyList<string>> ListCollectionsAsync(MirrorReplica replica, CancellationToken cancellationToken)
    {
        var collections = await replica.Provider.Documents.ListCollectionsAsync(cancellationToken).ConfigureAwait(false);
        if (replica == _components.Primary)
        {
            return collections;
        }

        IEnumerable<string> ofPrimary = [];
        try
        {
            ofPrimary = await _components.Primary.Documents.ListCollectionsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException exception)
        {
            // Its own documents cannot be read either.
            Log.OtherReplicaFailed(_logger, _components.Primary.Name, exception);
        }

        var inDoubt = await ListInDoubtAsync(cancellationToken).ConfigureAwait(false);
        return [.. collections.Where(MirrorDocument.Covers).Union(inDoubt.Select(name => name.Collection)).Union(ofPrimary.Where(collection => !MirrorDocument.Covers(collection))).Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// The documents of the store. Those that <see cref="MirrorDocument.Covers(DocumentName)"/> are on both replicas, and
    /// are written like images. The others are about processes and providers, and are those of the primary.
    /// </summary>
    private sealed class MirrorDocuments(MirrorProvider store) : IDocumentStore
    {
        private readonly MirrorComponents _components = store._components;

        private IDocumentStore OfPrimary => _components.Primary.Documents;

        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) =>
            MirrorDocument.Covers(name) ? store.GetDocumentAsync(name, cancellationToken) : OfPrimary.GetAsync(name, cancellationToken);

        public async Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default)
        {
            if (!MirrorDocument.Covers(name))
            {
                return await OfPrimary.PutAsync(name, content, ifMatch, cancellationToken).ConfigureAwait(false);
            }

            DocumentRules.CheckLength(name, content.Length);

            // Only a recovery replaces the journal of another process. While a process reaches one replica only, the owner
            // of the journal may commit on the other.
            var needsBoth = store.Capabilities.MultiProcess && name.Collection == DocumentCollections.Transactions && ifMatch is { } version && version != DocumentETag.None;
            var put = new MirrorDocumentPut(name, content, ifMatch, needsBoth, _components);
            return (await _components.Writer.RunAsync(put, cancellationToken).ConfigureAwait(false)).ToETag();
        }

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            MirrorDocument.Covers(name)
                ? _components.Writer.RunAsync(new MirrorDocumentDelete(name, ifMatch, _components), cancellationToken)
                : OfPrimary.DeleteAsync(name, ifMatch, cancellationToken);

        public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default)
        {
            DocumentRules.CheckListing(prefix, limit);
            return MirrorDocument.Covers(prefix[..prefix.IndexOf('/', StringComparison.Ordinal)])
                ? store.ReadAllAsync(replica => store.ListDocumentsAsync(replica, prefix, after, limit, cancellationToken), cancellationToken)
                : OfPrimary.ListAsync(prefix, after, limit, cancellationToken);
        }

        public Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
            store.ReadAllAsync(replica => store.ListCollectionsAsync(replica, cancellationToken), cancellationToken);
    }
}
