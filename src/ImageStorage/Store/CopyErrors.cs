namespace ImageStorage.Store;

/// <summary>Creates the failures of copies and moves.</summary>
internal static class CopyErrors
{
    /// <summary>Checks that a copy or a move has two different keys.</summary>
    public static void CheckKeys(ImageKey source, ImageKey target)
    {
        _ = source.Value;
        _ = target.Value;
        if (source == target)
        {
            throw new ArgumentException($"Image '{target}' cannot be copied or moved onto itself. Pass another target key.", nameof(target));
        }
    }

    /// <summary>Returns the failure for a source that does not exist.</summary>
    public static ImageNotFoundException NotFound(ImageKey source, ImageKey target, string provider) =>
        new($"Image '{source}' cannot be copied or moved to '{target}': {provider} has no image under the source key. Nothing was changed.") { Key = source, Provider = provider };

    /// <summary>Returns the failure for a move without the transactions of the store.</summary>
    public static StorageNotSupportedException NoTransactions(ImageKey source, string provider) =>
        new($"Image '{source}' cannot be moved: {provider} does not commit two images at once, and this store was created without the journal that completes an interrupted move. Open the store with AddImageStorage or ImageStore.OpenAsync, or copy the image and delete the original.") { Key = source, Provider = provider };
}
