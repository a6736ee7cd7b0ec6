using System.Runtime.ExceptionServices;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>Copies one version of an image between replicas, with its record.</summary>
internal static class MirrorCopies
{
    /// <summary>Copies exactly one version.</summary>
    /// <param name="from">The replica that has the version.</param>
    /// <param name="to">The replica that gets the version.</param>
    /// <param name="version">The record on <paramref name="from"/>.</param>
    /// <param name="record">The record to store: that of the version, or of another version with the same
    /// bytes.</param>
    /// <param name="key">The key to store the image under.</param>
    /// <param name="precondition">The precondition on <paramref name="to"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ImageConflictException">The version no longer exists, or the precondition does not
    /// hold.</exception>
    public static async Task<ImageInfo> CopyAsync(MirrorReplica from, MirrorReplica to, ImageInfo version, ImageInfo record, ImageKey key, Precondition? precondition, CancellationToken cancellationToken)
    {
        var image = await from.Provider.OpenReadAsync(version.Key, new GetOptions { IfMatch = version.ETag }, cancellationToken).ConfigureAwait(false)
            ?? throw ProviderErrors.Conflict(version.Key, from.Name, null);
        var content = new StoredContent(image) { Digest = record.Digest };
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

    /// <summary>Copies the version that a write has left on the primary to the mirror, over any version.</summary>
    /// <returns><see langword="false"/> if the primary has a newer version by now.</returns>
    public static async Task<bool> TryCopyAsync(MirrorReplica primary, MirrorReplica mirror, ImageInfo record, CancellationToken cancellationToken)
    {
        try
        {
            await CopyAsync(primary, mirror, record, record, record.Key, null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ImageConflictException)
        {
            return false;
        }
    }

    /// <summary>
    /// Returns whether two versions have the same stored bytes, so that only their records can differ.
    /// </summary>
    public static bool HaveSameBytes(ImageInfo one, ImageInfo other) => one.Digest.IsOfSameBytes(other.Digest) && one.Encoding == other.Encoding;

    /// <summary>Returns a text that identifies the bytes of a write.</summary>
    public static string HashOf(ContentDigest digest) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{digest.Length}-{digest.XxHash128:x32}");
}
