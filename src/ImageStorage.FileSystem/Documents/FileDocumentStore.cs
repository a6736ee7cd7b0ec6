using System.Collections.Concurrent;
using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Trees;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem.Documents;

/// <summary>Stores documents as files. Each collection is a <see cref="NameTree"/>.</summary>
internal sealed class FileDocumentStore(FileSystemStore store) : IDocumentStore
{
    private static readonly NameScheme Scheme = new(StringComparer.Ordinal, FirstChunk: 1, SpreadLength: DocumentName.MaxLength);
    private readonly ConcurrentDictionary<string, NameTree> _collections = new(StringComparer.Ordinal);

    public async Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (tree, local) = Locate(name);
        await PoolThread.Switch();
        try
        {
            return store.OpenForReading(cancellationToken) ? Read(tree, local, name) : null;
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, $"reading document '{name}'", null);
        }
    }

    public async Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (tree, local) = Locate(name);
        DocumentRules.CheckLength(name, content.Length);
        await PoolThread.Switch();
        try
        {
            store.OpenForWriting(cancellationToken);
            DocumentETag Commit() => Put(tree, local, name, content.Span, ifMatch, cancellationToken);
            return store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, $"writing document '{name}'", null);
        }
    }

    public async Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (tree, local) = Locate(name);
        await PoolThread.Switch();
        try
        {
            store.OpenForWriting(cancellationToken);
            bool Commit() => Delete(tree, local, name, ifMatch, cancellationToken);
            return store.Durability == Durability.Relaxed ? Commit() : await CommitThreads.RunAsync(Commit).ConfigureAwait(false);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, $"deleting document '{name}'", null);
        }
    }

    public async Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        DocumentRules.CheckListing(prefix, limit);
        await PoolThread.Switch();
        try
        {
            if (!store.OpenForReading(cancellationToken))
            {
                return [];
            }

            var collection = prefix[..prefix.IndexOf('/', StringComparison.Ordinal)];
            var local = prefix[(collection.Length + 1)..];

            // A position in another collection precedes or follows all names of this one.
            if (after is { } position && position.Collection != collection && string.CompareOrdinal(position.Value, prefix) > 0)
            {
                return [];
            }

            var lower = after is { } name && name.Collection == collection ? name.Value[(collection.Length + 1)..] : null;
            DocumentName[] names = [.. NamesIn(collection, new NameRange(After: lower, Prefix: local)).Take(limit)];
            store.Confirm();
            return names;
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, $"listing documents '{prefix}'", null);
        }
    }

    public async Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        try
        {
            if (!store.OpenForReading(cancellationToken))
            {
                return [];
            }

            // The folder of a collection remains after its last document.
            string[] collections = [.. CollectionFolders().Where(collection => NamesIn(collection, new NameRange()).Any()).Order(StringComparer.Ordinal)];
            store.Confirm();
            return collections;
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "listing collections of documents", null);
        }
    }

    /// <summary>Returns the names of a range in order. A foreign file whose name no document can have is left out.</summary>
    private IEnumerable<DocumentName> NamesIn(string collection, NameRange range) => Tree(collection).Enumerate(range).Select(local => ToName($"{collection}/{local}")).OfType<DocumentName>();

    private static DocumentName? ToName(string text)
    {
        try
        {
            return new DocumentName(text);
        }
        catch (ImageValidationException)
        {
            return null;
        }
    }

    private List<string> CollectionFolders()
    {
        var collections = new List<string>();
        store.Volume.VisitDirectory(FileSystemStore.DocumentsFolder, (entry, isDirectory) =>
        {
            if (isDirectory && NameScheme.TryReadFile(entry, out var name) && DocumentName.IsCollection(name))
            {
                collections.Add(name);
            }
        });
        return collections;
    }

    private StoredDocument? Read(NameTree tree, string local, DocumentName name)
    {
        // A document that is replaced between the lookup and the opening keeps its path, so it is found.
        var path = tree.Find(local);
        try
        {
            using var file = path is null ? null : store.Volume.OpenRead(path);
            return file is null ? null : DocumentFile.Read(file, name);
        }
        catch (Exception exception) when (exception is LinkRefusedException || (FileErrors.IsExpected(exception) && store.Volume.DirectoryExists(path!)))
        {
            // The document itself is unreadable, and the store is not: no later call succeeds.
            throw DocumentFile.Foreign(name, exception);
        }
    }

    private DocumentETag Put(NameTree tree, string local, DocumentName name, ReadOnlySpan<byte> content, DocumentETag? ifMatch, CancellationToken cancellationToken)
    {
        var (bytes, etag) = DocumentFile.Write(content);
        using var staged = store.Staging.Create(0);
        staged.Append(bytes);
        staged.Finish(store.Durability);
        string path;
        using (store.Locks.Enter(LockOf(name), cancellationToken))
        {
            var existing = tree.Find(local);
            Check(tree, local, name, ifMatch);
            cancellationToken.ThrowIfCancellationRequested();
            path = existing ?? tree.ChoosePath(local);
            if (existing is null)
            {
                tree.Put(path, staged.CommitTo);
            }
            else
            {
                staged.CommitTo(path);
            }
        }

        store.Directories.Flush(DurableDirectories.ParentOf(path));
        return etag;
    }

    /// <summary>Deletes a document, and makes the deletion durable, also that of a missing document: an earlier deletion
    /// may have failed at the flush.</summary>
    private bool Delete(NameTree tree, string local, DocumentName name, DocumentETag? ifMatch, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> changed;
        using (store.Locks.Enter(LockOf(name), cancellationToken))
        {
            Check(tree, local, name, ifMatch);
            cancellationToken.ThrowIfCancellationRequested();
            store.Confirm();
            changed = tree.Delete(local);
        }

        if (changed.Count == 0)
        {
            tree.FoldersOf(local).ToList().ForEach(store.Directories.Flush);
            return false;
        }

        foreach (var folder in changed)
        {
            store.Directories.Flush(folder);
            store.EmptyFolders.Remove(folder, tree.Root);
        }

        return true;
    }

    private void Check(NameTree tree, string local, DocumentName name, DocumentETag? ifMatch)
    {
        if (ifMatch is { } expected && expected != (Read(tree, local, name)?.ETag ?? DocumentETag.None))
        {
            store.Confirm();
            throw DocumentRules.Conflict(name, FileSystemImageProvider.ProviderName);
        }
    }

    private (NameTree Tree, string Local) Locate(DocumentName name)
    {
        var collection = name.Collection;
        return (Tree(collection), name.Value[(collection.Length + 1)..]);
    }

    private NameTree Tree(string collection) =>
        _collections.GetOrAdd(collection, name => new NameTree(store.Volume, store.Directories, $"{FileSystemStore.DocumentsFolder}/{NameScheme.FileName(name)}", Scheme));

    // No image key begins with the reserved folder, so locks of images and documents never have the same name.
    private static string LockOf(DocumentName name) => $"{FileSystemStore.DocumentsFolder}/{name.Value}";
}
