using ImageStorage.CrashHarness.Model;

namespace ImageStorage.CrashHarness.Kill;

/// <summary>A store and what it may hold.</summary>
internal sealed record KilledStore(string Folder, string Uri, Expectations Expected);
