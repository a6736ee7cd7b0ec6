namespace ImageStorage.Tests.Models;

/// <summary>An image as the model knows it.</summary>
/// <param name="Bytes">Its bytes, in hexadecimal digits.</param>
/// <param name="Tag">Its tag, if it has one.</param>
internal sealed record ModelState(string Bytes, string? Tag);
