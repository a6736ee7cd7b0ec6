using System.Runtime.CompilerServices;

namespace ImageStorage.Providers;

/// <summary>Extends <see cref="IDocumentStore"/>.</summary>
public static class DocumentStoreExtensions
{
    private const int PageLength = 1000;

    /// <summary>
    /// Enumerates the names with a prefix, after another name, in ordinal order. Reads pages of 1,000 names.
    /// </summary>
    /// <param name="documents">The documents.</param>
    /// <param name="prefix">A collection, <c>/</c>, and the beginning of a name.</param>
    /// <param name="after">The name after which the enumeration begins; null for the start. The name need not
    /// exist.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>
    /// Each document that exists during the whole enumeration, once. A document that is created or deleted meanwhile may
    /// be missing or present.
    /// </returns>
    /// <exception cref="ImageValidationException">No name can begin with the prefix.</exception>
    public static IAsyncEnumerable<DocumentName> EnumerateAsync(this IDocumentStore documents, string prefix, DocumentName? after = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        DocumentName.ValidatePrefix(prefix);
        return EnumerateCoreAsync(documents, prefix, after, cancellationToken);
    }

    private static async IAsyncEnumerable<DocumentName> EnumerateCoreAsync(IDocumentStore documents, string prefix, DocumentName? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await documents.ListAsync(prefix, after, PageLength, cancellationToken).ConfigureAwait(false);
            foreach (var name in page)
            {
                yield return name;
            }

            if (page.Count < PageLength)
            {
                yield break;
            }

            after = page[^1];
        }
    }
}
