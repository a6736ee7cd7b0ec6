namespace ImageStorage;

/// <summary>An image in a walk or a listing of a store: a record, or the reason why the record cannot be read.</summary>
public sealed record WalkedImage
{
    /// <summary>Gets the key of the image; null for an unlisted image whose key is not known.</summary>
    public ImageKey? Key { get; init; }

    /// <summary>Gets the record; null for an unlisted image.</summary>
    public ImageInfo? Info { get; init; }

    /// <summary>Gets the reason why the record cannot be read; null for a listed image.</summary>
    public UnlistedImage? Unlisted { get; init; }

    /// <summary>Returns a listed image.</summary>
    /// <param name="info">The record.</param>
    public static WalkedImage Of(ImageInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return new WalkedImage { Key = info.Key, Info = info };
    }

    /// <summary>Returns an unlisted image.</summary>
    /// <param name="unlisted">The reason why the record cannot be read.</param>
    public static WalkedImage Of(UnlistedImage unlisted)
    {
        ArgumentNullException.ThrowIfNull(unlisted);
        return new WalkedImage { Key = unlisted.Key, Unlisted = unlisted };
    }
}
