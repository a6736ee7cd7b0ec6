using ImageStorage.Coordination;

namespace ImageStorage.Mirroring;

/// <summary>The failures that only a mirrored store has.</summary>
internal static class MirrorErrors
{
    /// <summary>Neither replica answers.</summary>
    public static StorageUnavailableException BothUnavailable(MirrorItem? item, string primary, StorageUnavailableException first, string mirror, StorageUnavailableException second) => new(
        $"{Subject(item)} is not available, because neither replica answers. Whether a write took effect is unknown. Restore one of the providers, or try again later. 1. {primary}: {first.Message} 2. {mirror}: {second.Message}",
        new AggregateException(first, second),
        first.IsTransient || second.IsTransient)
    {
        Key = item?.Image,
        Provider = primary,
    };

    /// <summary>The replica that answers has missed a write of the other.</summary>
    public static StorageUnavailableException Outdated(MirrorItem? item, string replica, string other, StorageUnavailableException? cause) => new(
        $"{Subject(item)} is not available: {other} does not answer, and {replica} has missed writes. Restore {other}, or try again later. {cause?.Message}", cause)
    {
        Key = item?.Image,
        Provider = other,
    };

    /// <summary>No process has recorded that the replica was complete when the other became unavailable.</summary>
    public static StorageUnavailableException Unverified(MirrorItem? item, string replica, string other, StorageUnavailableException? cause) => new(
        $"{Subject(item)} is not available: {other} has not answered since this process started, and {replica} has no record of being complete. Restore {other}. If {other} is lost, or an older version is acceptable, set MirrorOptions.TrustSingleReplica. {cause?.Message}",
        cause)
    {
        Key = item?.Image,
        Provider = other,
    };

    /// <summary>
    /// A write of the image was interrupted between the replicas, and the replica that knows the outcome does not
    /// answer.
    /// </summary>
    public static StorageUnavailableException InDoubt(MirrorItem item, string primary, string mirror, StorageUnavailableException? cause) => new(
        $"{item} is not available: a write was interrupted between {primary} and {mirror}, and {primary}, which may have the newer version, does not answer. Restore {primary}, or {(item.Image is null ? "write or delete the document" : "save or delete the image")} again without a precondition. {cause?.Message}",
        cause)
    {
        Key = item.Image,
        Provider = primary,
    };

    /// <summary>The source of a save cannot be read a second time.</summary>
    public static StorageUnavailableException NotRepeatable(ImageKey key, string primary, StorageUnavailableException cause) => new(
        $"Whether image '{key}' was saved is unknown: {primary} does not answer, and the source cannot be read again for the other replica, because it cannot seek and exceeds MirrorOptions.SpoolLimit. Save the image again from the start. {cause.Message}",
        cause)
    {
        Key = key,
        Provider = primary,
    };

    /// <summary>Other writers changed the image during every attempt.</summary>
    public static StorageUnavailableException Contended(MirrorItem item, string primary) => new(
        $"{item} could not be synchronized between the replicas, because other writers changed it during every attempt. Try again.")
    {
        Key = item.Image,
        Provider = primary,
    };

    /// <summary>The image is larger than one of the replicas can store.</summary>
    public static ImageValidationException TooLarge(ImageKey key, long length, long maximum, string replica) => new(
        ImageValidationKind.TooLarge,
        $"Image '{key}' has {length} bytes, more than the {maximum} bytes that both replicas of the mirror ({replica}) can store. Save a smaller image, or use another provider.")
    {
        Key = key,
        Provider = replica,
    };

    /// <summary>Both replicas are one store.</summary>
    public static StorageNotSupportedException SameStore(string primary, string mirror) => new(
        $"{PairingErrors.SameStore($"The primary ({primary})", $"the mirror ({mirror})", PairingDocument.OfReplica)} Delete the images of the copy, too: all images are copied from the other replica.")
    {
        Provider = primary,
    };

    /// <summary>The replicas have different pairs.</summary>
    public static StorageNotSupportedException DifferentPairs(string primary, string mirror) => new(
        $"The primary ({primary}) and the mirror ({mirror}) belong to two different mirrors, or one of them was replaced for a while and has missed writes. Check both settings. To use a replica as new, empty it: all images are copied from the other replica.")
    {
        Provider = primary,
    };

    /// <summary>The roles were exchanged.</summary>
    public static StorageNotSupportedException Exchanged(string primary, string mirror) => new(
        $"{PairingErrors.Exchanged($"The primary ({primary})", $"the mirror ({mirror})")} Their hints would be interpreted in the wrong direction.")
    {
        Provider = primary,
    };

    /// <summary>A new replica holds images.</summary>
    public static StorageNotSupportedException NotEmpty(string follower, string leader) => new(
        $"{follower} is new to this mirror and holds images that were never compared with those of {leader}. Give the mirror an empty location: all images are copied from {leader}.")
    {
        Provider = follower,
    };

    /// <summary>The provider cannot store a given ETag.</summary>
    public static StorageNotSupportedException RetainsNoVersions(string replica) => new(
        $"{replica} cannot be a replica of a mirror, because it does not store given ETags and times (ProviderCapabilities.RetainsVersions). One version would have two ETags. Use another provider.")
    {
        Provider = replica,
    };

    /// <summary>The provider does not retain versions.</summary>
    public static StorageNotSupportedException KeepsNoVersions(string replica) => new(
        $"{replica} cannot retain versions, so the mirrored store does not support transactions and moves. Use replicas that both retain versions: a folder, LiteDB, Azure Blob Storage, or a hybrid of these.")
    {
        Provider = replica,
    };

    /// <summary>A replica does not answer, so the pair is not verified.</summary>
    public static StorageUnavailableException NotPaired(string primary, string mirror) => new(
        $"{primary} and {mirror} are not verified as replicas of one mirror yet, because one of them does not answer.")
    {
        Provider = primary,
    };

    /// <summary>A change that both replicas must have was not made on both.</summary>
    public static StorageUnavailableException NotOnBoth(MirrorItem item, string primary, string mirror, Exception? cause) => new(
        $"{item} could not be changed on both replicas: {primary} and {mirror} have different versions of it at the moment. Try again after the next reconciliation. {cause?.Message}".TrimEnd(),
        cause)
    {
        Provider = primary,
    };

    /// <summary>A replica lacks a retained version, and the other does not answer.</summary>
    public static StorageUnavailableException Lacking(string id, string replica, StorageUnavailableException cause) => new(
        $"The retained version '{id}' is not available: {replica} does not have it, and the other replica of the mirror does not answer. Restore the other replica, or try again later. {cause.Message}", cause)
    {
        Provider = cause.Provider,
    };

    private static string Subject(MirrorItem? item) => item?.ToString() ?? "The store";
}
