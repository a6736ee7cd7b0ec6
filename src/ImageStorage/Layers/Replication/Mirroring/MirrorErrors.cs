namespace ImageStorage.Mirroring;

/// <summary>The failures that only a mirrored store has.</summary>
internal static class MirrorErrors
{
    /// <summary>Both sides are down.</summary>
    public static StorageUnavailableException BothDown(ImageKey? key, string primary, StorageUnavailableException first, string mirror, StorageUnavailableException second) => new(
        $"{Subject(key)} is not available, and whether a write had its effect is unknown: both sides are down. Mend one of them, or try again later. 1. {primary}: {first.Message} 2. {mirror}: {second.Message}",
        new AggregateException(first, second),
        first.IsTransient || second.IsTransient)
    {
        Key = key,
        Provider = primary,
    };

    /// <summary>The side that answers is known to lack something that the other one has.</summary>
    public static StorageUnavailableException Behind(ImageKey? key, string side, string other, StorageUnavailableException? cause) => new(
        $"{Subject(key)} is not available: {other} does not answer, and {side} has not caught up with what was written there. Bring {other} back, or try again later. {cause?.Message}", cause)
    {
        Key = key,
        Provider = other,
    };

    /// <summary>Nobody has seen the other side go down, so it may be ahead.</summary>
    public static StorageUnavailableException NotKnown(ImageKey? key, string side, string other, StorageUnavailableException? cause) => new(
        $"{Subject(key)} is not available: {other} has not answered since this process began, and nothing on {side} says that it has all that was written there. Bring {other} back; or, if it is lost or an older state will do, set MirrorOptions.TrustLoneSide. {cause?.Message}",
        cause)
    {
        Key = key,
        Provider = other,
    };

    /// <summary>A write of this image was cut off between the two sides, and the one that knows its outcome is down.</summary>
    public static StorageUnavailableException InDoubt(ImageKey key, string primary, string mirror, StorageUnavailableException? cause) => new(
        $"Image '{key}' is not available: a write of it was cut off between {primary} and {mirror}, and {primary}, which may have the newer version, does not answer. Bring it back, or save or delete the image anew without a precondition. {cause?.Message}",
        cause)
    {
        Key = key,
        Provider = primary,
    };

    public static StorageUnavailableException NotRepeatable(ImageKey key, string primary, StorageUnavailableException cause) => new(
        $"Image '{key}' was not saved for certain: {primary} is down, and the source cannot be read again for the other side (it does not seek and is over SpoolLimit). Save it again from the start. {cause.Message}",
        cause)
    {
        Key = key,
        Provider = primary,
    };

    public static StorageUnavailableException Contended(ImageKey key, string primary) => new(
        $"Image '{key}' is being written by others too often; the two sides could not be made equal. Try again.")
    {
        Key = key,
        Provider = primary,
    };

    public static ImageValidationException TooLong(ImageKey key, long length, long most, string side) => new(
        ImageValidationKind.TooLarge,
        $"Image '{key}' has {length} bytes, more than the {most} that both sides of the mirror ({side}) can hold. Save a smaller one, or use another provider.")
    {
        Key = key,
        Provider = side,
    };

    public static StorageNotSupportedException SameStore(string primary, string mirror) => new(
        $"The primary ({primary}) and the mirror ({mirror}) are one and the same store, or one is a copy of the other file by file. Give the mirror a place of its own; in a copy, delete the document '{MirrorIdentity.Name}' and its images.")
    {
        Provider = primary,
    };

    public static StorageNotSupportedException NotOfThisMirror(string primary, string mirror) => new(
        $"The primary ({primary}) and the mirror ({mirror}) are sides of two different mirrors, or another side has stood in the place of one of them, so that it has missed what was written meanwhile. Check both settings; to make one a new side, empty it: it is filled from the other.")
    {
        Provider = primary,
    };

    public static StorageNotSupportedException Exchanged(string primary, string mirror) => new(
        $"The sides of the mirror were exchanged: {primary} was the mirror, and {mirror} the primary. What is noted on them would be read the wrong way. Configure them as they were.")
    {
        Provider = primary,
    };

    public static StorageNotSupportedException NotEmpty(string follower, string leader) => new(
        $"{follower} is new to this mirror and holds images that nobody has compared with those of {leader}. Give the mirror an empty place; it is filled from {leader}.")
    {
        Provider = follower,
    };

    public static StorageNotSupportedException KeepsNoVersions(string side) => new(
        $"{side} cannot be a side of a mirror: it does not record versions that it is given (ProviderCapabilities.KeepsVersions), so the two sides would name one image by two ETags. Use another provider.")
    {
        Provider = side,
    };

    public static StorageUnavailableException NotPaired(string primary, string mirror) => new(
        $"Whether {primary} and {mirror} belong to one mirror is not known, because one of them does not answer.")
    {
        Provider = primary,
    };

    private static string Subject(ImageKey? key) => key is { } image ? $"Image '{image}'" : "The store";
}
