namespace ImageStorage.Providers;

/// <summary>The checks and exceptions of every document store. For authors of providers.</summary>
public static class DocumentRules
{
    /// <summary>Validates the length of a document.</summary>
    /// <exception cref="ImageValidationException">The length exceeds
    /// <see cref="IDocumentStore.MaxContentLength"/>.</exception>
    public static void CheckLength(DocumentName name, int length)
    {
        if (length > IDocumentStore.MaxContentLength)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidDocument, $"The document '{name}' has {length} bytes, more than the allowed {IDocumentStore.MaxContentLength}: split the document.");
        }
    }

    /// <summary>Validates the arguments of a listing.</summary>
    /// <exception cref="ImageValidationException">No name can begin with the prefix.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not 1 to 1,000.</exception>
    public static void CheckListing(string prefix, int limit)
    {
        DocumentName.ValidatePrefix(prefix);
        if (limit is < 1 or > 1000)
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "The limit of a listing of documents must be 1 to 1000.");
        }
    }

    /// <summary>Returns the exception for a failed compare-and-swap.</summary>
    public static ImageConflictException Conflict(DocumentName name, string provider) =>
        new($"The document '{name}' in {provider} has another version than expected. Read the document again and decide.") { Provider = provider };
}
