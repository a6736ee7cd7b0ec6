using ImageStorage.CrashHarness.Model;

namespace ImageStorage.CrashHarness.Kill;

/// <summary>A store and its permitted states.</summary>
internal sealed record KilledStore(string Folder, string Uri, Expectations Expected);
