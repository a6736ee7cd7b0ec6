using System.Runtime.CompilerServices;

namespace ImageStorage.Providers;

/// <summary>Verifies any provider, its documents and its retained versions. For authors of jobs, providers and layers.</summary>
public static class VerificationExtensions
{
    /// <summary>
    /// Verifies a provider: by <see cref="IVerifiableProvider"/> if the provider has that ability; otherwise by reading
    /// each image of a walk, each retained version and each document. The latter does not find orphans and strays.
    /// </summary>
    /// <param name="provider">The provider.</param>
    /// <param name="options">The range; null for everything.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    public static IAsyncEnumerable<VerificationItem> VerifyAsync(this IImageProvider provider, VerificationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return provider.GetAbility<IVerifiableProvider>() is { } verifiable ? verifiable.VerifyAsync(options, cancellationToken) : VerificationReader.ReadAllAsync(provider, options, cancellationToken);
    }

    /// <summary>
    /// Reads every document of every collection. A document of the library is also compared with the form of its
    /// collection; a document of the application is sound if its bytes can be read.
    /// </summary>
    /// <param name="documents">The documents.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    /// <returns>One item for each document, named as in <see cref="DocumentName"/>.</returns>
    public static async IAsyncEnumerable<VerificationItem> VerifyDocumentsAsync(this IDocumentStore documents, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        foreach (var collection in await documents.ListCollectionsAsync(cancellationToken).ConfigureAwait(false))
        {
            await foreach (var name in documents.EnumerateAsync($"{collection}/", null, cancellationToken).ConfigureAwait(false))
            {
                if (await documents.VerifyDocumentAsync(name, cancellationToken).ConfigureAwait(false) is { } item)
                {
                    yield return item;
                }
            }
        }
    }

    /// <summary>Reads a document, and compares the document with the form of its collection.</summary>
    /// <param name="documents">The documents.</param>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The finding; null if the document does not exist.</returns>
    public static async Task<VerificationItem?> VerifyDocumentAsync(this IDocumentStore documents, DocumentName name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        try
        {
            if (await documents.GetAsync(name, cancellationToken).ConfigureAwait(false) is not { } document)
            {
                return null;
            }

            var defect = DocumentCollections.FindDefect(document);
            return new VerificationItem
            {
                Status = defect is null ? VerificationStatus.Sound : VerificationStatus.Corrupted,
                Kind = VerificationKind.Document,
                Name = name.Value,
                Bytes = document.Content.Length,
                Detail = defect,
            };
        }
        catch (ImageStorageException failure) when (failure is StorageCorruptedException or StorageNotSupportedException)
        {
            return VerificationItem.OfFailure(name.Value, failure) with { Kind = VerificationKind.Document };
        }
    }

    /// <summary>Reads the bytes of every retained version.</summary>
    /// <param name="keeper">The retained versions.</param>
    /// <param name="cancellationToken">Ends the verification.</param>
    /// <returns>One item for each retained version, named by its id.</returns>
    public static async IAsyncEnumerable<VerificationItem> VerifyRetainedAsync(this IVersionKeeper keeper, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        const int PageLength = 1000;
        ArgumentNullException.ThrowIfNull(keeper);
        IReadOnlyList<string> ids;
        string? after = null;
        do
        {
            ids = await keeper.ListRetainedAsync(after, PageLength, cancellationToken).ConfigureAwait(false);
            foreach (var id in ids)
            {
                if (await VerificationReader.ReadAsync(id, () => keeper.OpenRetainedAsync(id, null, cancellationToken), cancellationToken).ConfigureAwait(false) is { } item)
                {
                    yield return item with { Kind = VerificationKind.RetainedVersion };
                }

                after = id;
            }
        }
        while (ids.Count == PageLength);
    }
}
