namespace ImageStorage.Providers;

/// <summary>The effect of a write on an image.</summary>
public enum WriteEffect
{
    /// <summary>The write failed or was cancelled. The write may have had its effect.</summary>
    Unknown,

    /// <summary>The image was saved. <see cref="WriteOutcome.Info"/> is its record.</summary>
    Saved,

    /// <summary>The record of the image was changed. <see cref="WriteOutcome.Info"/> is the new record.</summary>
    Updated,

    /// <summary>A retained version was restored as the image. The record is not known.</summary>
    Restored,

    /// <summary>The image was deleted. <see cref="WriteOutcome.Info"/> is the deleted record, if known.</summary>
    Deleted,

    /// <summary>Nothing was changed: there was no image to update or to delete, or no retained version.</summary>
    None,
}

/// <summary>The outcome of a write that a <see cref="WriteLayer"/> has passed on.</summary>
public readonly record struct WriteOutcome
{
    private WriteOutcome(WriteEffect effect, ImageInfo? info = null) => (Effect, Info) = (effect, info);

    /// <summary>Gets the outcome of a write that failed, with or without its effect. This is the default value.</summary>
    public static WriteOutcome Unknown => default;

    /// <summary>Gets the outcome of a write that changed nothing, because there was no image.</summary>
    public static WriteOutcome None => new(WriteEffect.None);

    /// <summary>Gets the outcome of the restore of a retained version.</summary>
    public static WriteOutcome Restored => new(WriteEffect.Restored);

    /// <summary>Gets the effect of the write.</summary>
    public WriteEffect Effect { get; }

    /// <summary>
    /// Gets the stored record of a save or an update, or the deleted record; null if the record is not known.
    /// </summary>
    public ImageInfo? Info { get; }

    /// <summary>Returns the outcome of a save.</summary>
    /// <param name="info">The stored record.</param>
    public static WriteOutcome Saved(ImageInfo info) => new(WriteEffect.Saved, info);

    /// <summary>Returns the outcome of an update.</summary>
    /// <param name="info">The new record.</param>
    public static WriteOutcome Updated(ImageInfo info) => new(WriteEffect.Updated, info);

    /// <summary>Returns the outcome of the deletion of an image.</summary>
    /// <param name="info">The deleted record; null if the record is not known.</param>
    public static WriteOutcome Deleted(ImageInfo? info = null) => new(WriteEffect.Deleted, info);
}
