namespace ImageStorage.Diagnostics.Measuring;

/// <summary>Describes an instrument.</summary>
/// <param name="Name">The name, by the rules of OpenTelemetry.</param>
/// <param name="Kind">The kind of the instrument.</param>
/// <param name="Unit">The unit, by the rules of UCUM.</param>
/// <param name="Description">What the instrument measures.</param>
/// <param name="Tags">The tags of every measurement. No tag has a key of an image as its value.</param>
internal sealed record InstrumentDescription(string Name, string Kind, string Unit, string Description, params string[] Tags);
