namespace ImageStorage.Tests.Models;

/// <summary>The state of an image in the model.</summary>
/// <param name="Bytes">Its bytes, in hexadecimal digits.</param>
/// <param name="Tag">Its tag, if it has one.</param>
internal sealed record ModelState(string Bytes, string? Tag);
