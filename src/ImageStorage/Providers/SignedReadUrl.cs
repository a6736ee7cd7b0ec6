namespace ImageStorage.Providers;

/// <summary>
/// A signed address for reading one image, valid for every client that has the address. <see cref="ToString"/> does not
/// show the address.
/// </summary>
/// <param name="Url">The address with its signature.</param>
/// <param name="ExpiresAt">The end of its validity.</param>
public sealed record SignedReadUrl(Uri Url, DateTimeOffset ExpiresAt)
{
    /// <summary>Returns the end of the validity, without the address.</summary>
    public override string ToString() => $"SignedReadUrl (until {ExpiresAt:u})";
}
