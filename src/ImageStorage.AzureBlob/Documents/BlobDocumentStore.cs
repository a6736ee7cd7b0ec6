using System.Globalization;
using System.IO.Hashing;
using Azure;
using Azure.Storage.Blobs.Models;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob.Documents;

/// <summary>
/// Stores documents as blobs. A write is one request with its precondition; the version is the ETag of the service.
/// </summary>
internal sealed class BlobDocumentStore(BlobStore store) : IDocumentStore
{
    private const string HashName = "xxh128";

    // Identifies the write of a version: after a failed precondition, the provider recognizes its own earlier attempt.
    private const string WriteName = "write";

    public async Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default)
    {
        store.Begin(cancellationToken);
        var blob = store.Blob(store.Layout.OfDocument(name.Value));
        try
        {
            while (true)
            {
                try
                {
                    var response = await store.ReadAsync(() => blob.DownloadStreamingAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
                    return response is null ? null : await ReadAsync(name, response.Value, cancellationToken).ConfigureAwait(false);
                }
                catch (RequestFailedException exception) when (exception.IsConditionNotMet())
                {
                    // The document was replaced during the read: read again.
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, $"reading of document '{name}'", null);
        }
    }

    public async Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default)
    {
        store.Begin(cancellationToken);
        var blob = store.Blob(store.Layout.OfDocument(name.Value));
        DocumentRules.CheckLength(name, content.Length);
        var bytes = content.ToArray();
        var write = $"{Guid.NewGuid():n}";
        var options = new BlobUploadOptions
        {
            Conditions = ConditionsOf(name, ifMatch),
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/octet-stream" },
            Metadata = new Dictionary<string, string> { [HashName] = XxHash128.HashToUInt128(bytes).ToString("x32", CultureInfo.InvariantCulture), [WriteName] = write },
            TransferValidation = BlobStore.Checked,
        };
        try
        {
            var response = await store.WriteAsync(() => blob.UploadAsync(new MemoryStream(bytes, writable: false), options, CancellationToken.None)).ConfigureAwait(false);
            return ToDocumentETag(response.Value.ETag);
        }
        catch (RequestFailedException exception) when (exception.IsConditionNotMet() || (ifMatch is not null && exception.IsBlobMissing()))
        {
            var current = await FindAsync(name, CancellationToken.None).ConfigureAwait(false);
            return current is not null && current.Metadata.TryGetValue(WriteName, out var found) && found == write
                ? ToDocumentETag(current.ETag)
                : throw DocumentRules.Conflict(name, AzureBlobImageProvider.ProviderName);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, $"writing of document '{name}'", null);
        }
    }

    public async Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default)
    {
        store.Begin(cancellationToken);
        var blob = store.Blob(store.Layout.OfDocument(name.Value));
        if (ifMatch == DocumentETag.None)
        {
            return await FindAsync(name, cancellationToken).ConfigureAwait(false) is null ? false : throw DocumentRules.Conflict(name, AzureBlobImageProvider.ProviderName);
        }

        var attempts = AttemptCounter.Start();
        try
        {
            await blob.DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, ConditionsOf(name, ifMatch), CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (store.IsMissing(exception) || exception.IsConditionNotMet())
        {
            // After a repeated request, the first attempt may have deleted the document, with a lost response.
            var isOurs = attempts.WasRepeated && await FindAsync(name, CancellationToken.None).ConfigureAwait(false) is null;
            return isOurs || (ifMatch is null ? false : throw DocumentRules.Conflict(name, AzureBlobImageProvider.ProviderName));
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, $"deleting of document '{name}'", null);
        }
    }

    public async Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        store.Begin(cancellationToken);
        DocumentRules.CheckListing(prefix, limit);
        var names = new List<DocumentName>();
        var from = after is { } behind ? store.Layout.OfDocument(behind.Value) : null;
        try
        {
            await foreach (var page in store.ListAsync(store.Layout.OfDocument(prefix), from, limit + 1, cancellationToken).ConfigureAwait(false))
            {
                foreach (var blob in page.Values)
                {
                    if (string.CompareOrdinal(blob.Name, from) > 0 && TryRead(blob.Name, out var name))
                    {
                        names.Add(name);
                        if (names.Count == limit)
                        {
                            return names;
                        }
                    }
                }
            }

            return names;
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, $"listing of documents '{prefix}'", null);
        }
    }

    public async Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default)
    {
        store.Begin(cancellationToken);
        var collections = new List<string>();
        try
        {
            await foreach (var folder in store.ListFoldersAsync(store.Layout.Documents, cancellationToken).ConfigureAwait(false))
            {
                if (DocumentName.IsCollection(folder))
                {
                    collections.Add(folder);
                }
            }
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, "listing of collections of documents", null);
        }

        // The service compares prefixes with their '/', so "a-b/" is before "a/".
        collections.Sort(StringComparer.Ordinal);
        return collections;
    }

    /// <summary>Reads the name of a document from the name of its blob.</summary>
    public bool TryRead(string blob, out DocumentName name)
    {
        try
        {
            name = new DocumentName(blob[store.Layout.Documents.Length..]);
            return true;
        }
        catch (ImageValidationException)
        {
            // Not written by the library; a verification reports the blob.
            name = default;
            return false;
        }
    }

    private static async Task<StoredDocument> ReadAsync(DocumentName name, BlobDownloadStreamingResult result, CancellationToken cancellationToken)
    {
        await using var body = result.Content.ConfigureAwait(false);
        var length = result.Details.ContentLength;
        if (length > IDocumentStore.MaxContentLength)
        {
            throw Damaged(name);
        }

        var bytes = new byte[length];
        var read = await result.Content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return read == bytes.Length
            && result.Details.Metadata.TryGetValue(HashName, out var hash) && hash == XxHash128.HashToUInt128(bytes).ToString("x32", CultureInfo.InvariantCulture)
            ? new StoredDocument { Name = name, Content = bytes, ETag = ToDocumentETag(result.Details.ETag) }
            : throw Damaged(name);
    }

    private static StorageCorruptedException Damaged(DocumentName name) =>
        new($"The document '{name}' in {AzureBlobImageProvider.ProviderName} is damaged: its bytes do not match their hash, or the library did not write the blob. Restore the document from a backup, or delete the document.") { Provider = AzureBlobImageProvider.ProviderName };

    private static DocumentETag ToDocumentETag(ETag etag) => new(etag.ToString("G").Trim('"'));

    private static BlobRequestConditions? ConditionsOf(DocumentName name, DocumentETag? ifMatch) =>
        ifMatch is not { } expected ? null
        : expected == DocumentETag.None ? new BlobRequestConditions { IfNoneMatch = ETag.All }
        // An unknown version matches no document; as a header such a value might match any.
        : expected.Value.StartsWith("0x", StringComparison.Ordinal) && expected.Value.All(char.IsAsciiLetterOrDigit) ? new BlobRequestConditions { IfMatch = new ETag($"\"{expected.Value}\"") }
        : throw DocumentRules.Conflict(name, AzureBlobImageProvider.ProviderName);

    private async Task<BlobProperties?> FindAsync(DocumentName name, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.ReadAsync(() => store.Blob(store.Layout.OfDocument(name.Value)).GetPropertiesAsync(cancellationToken: cancellationToken)).ConfigureAwait(false))?.Value;
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw AzureErrors.Translate(exception, $"reading of document '{name}'", null);
        }
    }
}
