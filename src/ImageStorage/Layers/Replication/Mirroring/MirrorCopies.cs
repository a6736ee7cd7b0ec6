using System.Runtime.ExceptionServices;
using ImageStorage.Providers;
using ImageStorage.Replication;

namespace ImageStorage.Mirroring;

/// <summary>Copies one version of an image from one side to the other, with a record as it is.</summary>
internal static class MirrorCopies
{
    /// <summary>Copies exactly this version.</summary>
    /// <param name="from">The side that has it.</param>
    /// <param name="to">The side that gets it.</param>
    /// <param name="version">Its record there.</param>
    /// <param name="record">The record to store with it: its own, or that of a version with the same bytes.</param>
    /// <param name="key">The key to store it under.</param>
    /// <param name="precondition">What must be there.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ImageConflictException">The version is gone, or the precondition does not hold.</exception>
    public static async Task<ImageInfo> CopyAsync(MirrorSide from, MirrorSide to, ImageInfo version, ImageInfo record, ImageKey key, Precondition? precondition, CancellationToken cancellationToken)
    {
        var image = await from.Provider.OpenReadAsync(version.Key, new GetOptions { IfMatch = version.ETag }, cancellationToken).ConfigureAwait(false)
            ?? throw ImageConflictException.For(version.Key, from.Name, null);
        var content = new StoredContent(image);
        await using (content.ConfigureAwait(false))
        {
            try
            {
                return await to.Provider.PutAsync(ImageCopies.RequestOf(record, key, content, precondition, record.CreatedAt) with { NewETag = record.ETag, ModifiedAt = record.ModifiedAt }, cancellationToken).ConfigureAwait(false);
            }
            catch (ImageSourceException exception) when (exception.InnerException is StorageUnavailableException failure)
            {
                ExceptionDispatchInfo.Throw(failure);
                throw;
            }
        }
    }

    /// <summary>Do two versions have the same stored bytes, so that they differ in their records at most?</summary>
    public static bool HaveSameBytes(ImageInfo one, ImageInfo other) => one.Digest == other.Digest && one.Encoding == other.Encoding;

    /// <summary>What tells whether some bytes are those that a write was to bring.</summary>
    public static string HashOf(ContentDigest digest) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{digest.Length}-{digest.XxHash128:x32}");
}
