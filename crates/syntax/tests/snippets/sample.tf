# a plan
terraform {
  required_version = ">= 1.5"
}

variable "rooms" {
  type        = list(string)
  description = "Rooms of the ${path.module} plan\n"
  default     = ["a", "b"]
}

resource "aws_instance" "room" {
  count = length(var.rooms) > 0 ? 2 : 0x40
  ami   = data.aws_ami.base.id
  tags = {
    Name  = var.rooms[count.index]
    "Key" = null
  }
  /* all */
  dynamic "ebs" {
    for_each = [for name in var.rooms : upper(name) if name != ""]
    content { size = 1.5 }
  }
  user_data = <<-EOT
    echo ${var.rooms[0]}
  EOT
}

locals { open = true && !false }
output "ids" { value = aws_instance.room[*].id }
module "net" { source = "./net" }
