namespace ImageStorage.AzureBlob.Index;

/// <summary>An entry as a listing met it.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Age">For how long it has been there, by the clock of the service.</param>
internal readonly record struct ListedEntry(IndexEntry Entry, TimeSpan Age);
