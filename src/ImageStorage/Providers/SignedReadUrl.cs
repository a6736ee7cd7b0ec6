namespace ImageStorage.Providers;

/// <summary>An address that allows reading one image. Whoever has it may; its text is kept out of <see cref="ToString"/>.</summary>
/// <param name="Url">The address, signature included.</param>
/// <param name="ExpiresAt">Until when it is valid.</param>
public sealed record SignedReadUrl(Uri Url, DateTimeOffset ExpiresAt)
{
    /// <summary>Says when it expires, and not what it is.</summary>
    public override string ToString() => $"SignedReadUrl (until {ExpiresAt:u})";
}
