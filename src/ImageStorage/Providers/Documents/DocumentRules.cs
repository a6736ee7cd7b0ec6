namespace ImageStorage.Providers;

/// <summary>What every document store checks alike, and the failures that it reports alike.</summary>
public static class DocumentRules
{
    /// <summary>Checks the length of a document.</summary>
    /// <exception cref="ImageValidationException">It is over <see cref="IDocumentStore.MaxContentLength"/>.</exception>
    public static void CheckLength(DocumentName name, int length)
    {
        if (length > IDocumentStore.MaxContentLength)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidDocument, $"The document '{name}' has {length} bytes, more than the {IDocumentStore.MaxContentLength} allowed: split it.");
        }
    }

    /// <summary>Checks the arguments of a listing.</summary>
    /// <exception cref="ImageValidationException">The prefix can begin no name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not 1 to 1,000.</exception>
    public static void CheckListing(string prefix, int limit)
    {
        DocumentName.ValidatePrefix(prefix);
        if (limit is < 1 or > 1000)
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "The limit of a listing of documents must be 1 to 1000.");
        }
    }

    /// <summary>The failure of a compare-and-swap.</summary>
    public static ImageConflictException Conflict(DocumentName name, string provider) =>
        new($"The document '{name}' in {provider} is in another version than expected. Read it again and decide.") { Provider = provider };
}
