namespace ImageStorage.Tests.Failover;

/// <summary>The process ends at this call: nothing in the library may catch it.</summary>
internal sealed class ProcessEndedException() : Exception("The process ended here.");
