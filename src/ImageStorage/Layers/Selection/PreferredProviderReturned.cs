namespace ImageStorage;

/// <summary>A provider that <c>auto</c> had passed over, because it failed its probe when the store was first used, passes it now.</summary>
/// <param name="Chosen">The provider that was chosen instead.</param>
/// <param name="Preferred">The one that stands before it and is usable again.</param>
/// <param name="IsUsed">Is it used from now on? Only if nothing was kept in the other one; else the store stays there, and the next start would choose this one.</param>
public sealed record PreferredProviderReturned(string Chosen, string Preferred, bool IsUsed) : StorageEvent;
