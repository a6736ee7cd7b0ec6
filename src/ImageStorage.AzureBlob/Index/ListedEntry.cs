namespace ImageStorage.AzureBlob.Index;

/// <summary>An entry of a listing.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Age">The age of the entry, by the clock of the service.</param>
internal readonly record struct ListedEntry(IndexEntry Entry, TimeSpan Age);
