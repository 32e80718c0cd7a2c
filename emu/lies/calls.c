/* SPDX-License-Identifier: MIT */
/* Lies about TDVMCALLs: refusals, values out of range, other registers. */
#include "emu/lies/lies.h"

#include "emu/lies/parts.h"

#define PM1A_CNT 0x604
#define PM1_SLP_EN 0x2000
#define UART_LSR 0x3fd

/* What scribble leaves is easily told from what belongs there. */
#define SCRIBBLE_MARK UINT64_C(0x5c41bb1e00000000)

static bool is_leaf(const struct vp_registers *asked, uint64_t leaf)
{
	return !asked->r10 && asked->r11 == leaf;
}

static bool is_read(const struct vp_registers *asked)
{
	return asked->r13 == TDVMCALL_DIRECTION_READ &&
	       (is_leaf(asked, TDVMCALL_IO) ||
		is_leaf(asked, TDVMCALL_REQUEST_MMIO));
}

static bool refuse(struct vp_registers *regs, enum lie which)
{
	if (!lie_tell(which))
		return false;
	regs->r10 = TDVMCALL_STATUS_INVALID_OPERAND;
	return true;
}

static bool take_io(struct vp_registers *regs)
{
	const bool is_power_off = regs->r13 == TDVMCALL_DIRECTION_WRITE &&
				  regs->r14 == PM1A_CNT &&
				  (regs->r15 & PM1_SLP_EN);

	if (is_power_off && lie_is_on(LIE_LOOK_FOR_CANARIES))
		lies_look_at_memory();
	if (is_power_off && lie_tell(LIE_RESET_IGNORED)) {
		regs->r10 = TDVMCALL_STATUS_SUCCESS;
		return true;
	}
	return refuse(regs, LIE_IO_REFUSE);
}

static bool take_mmio(struct vp_registers *regs)
{
	if (lies_take_notification(regs)) {
		regs->r10 = TDVMCALL_STATUS_SUCCESS;
		return true;
	}
	return refuse(regs, LIE_MMIO_REFUSE);
}

bool lies_take_call(struct vmm_vcpu *vcpu)
{
	struct vp_registers *regs = &vcpu->regs;

	lies_note_call(regs->rcx);
	if (lie_tell(LIE_LOOK_FOR_CANARIES))
		lies_look_at_registers(regs);
	if (regs->r10)
		return false;
	lies_note_fw_cfg(regs);
	switch (regs->r11) {
	case TDVMCALL_IO:
		return take_io(regs);
	case TDVMCALL_REQUEST_MMIO:
		return take_mmio(regs);
	case TDVMCALL_RDMSR:
	case TDVMCALL_WRMSR:
		return refuse(regs, LIE_MSR_REFUSE);
	case TDVMCALL_MAP_GPA:
		return lies_take_map_gpa(regs);
	default:
		return false;
	}
}

/* Statuses that are none, or success for who looks at half of them. */
static uint64_t odd_status(void)
{
	static const uint64_t statuses[] = {
		UINT64_C(1) << 32, UINT64_C(1) << 63, UINT64_MAX, 2,
		TDVMCALL_STATUS_RETRY, UINT32_MAX, 0xffffffff00000000,
	};

	return statuses[lies_random() % ARRAY_SIZE(statuses)];
}

static void change_values(struct vp_registers *regs,
			  const struct vp_registers *asked)
{
	if (is_leaf(asked, TDVMCALL_CPUID) && lie_tell(LIE_CPUID)) {
		regs->r12 = lies_random();
		regs->r13 = lies_random();
		regs->r14 = lies_random();
		regs->r15 = lies_random();
	}
	if (is_leaf(asked, TDVMCALL_RDMSR) && lie_tell(LIE_MSR))
		regs->r11 = lies_random();
	if (!is_read(asked))
		return;
	if (is_leaf(asked, TDVMCALL_IO) && asked->r14 == UART_LSR &&
	    lie_tell(LIE_UART_NEVER_READY))
		regs->r11 = 0;
	if (asked->r12 < 8 && lie_tell(LIE_R11_RANGE))
		regs->r11 |= lies_random() << (8 * asked->r12);
}

/* Registers that hold an answer, by ModRM number; R10 always does. */
static uint64_t answers(const struct vp_registers *regs,
			const struct vp_registers *asked)
{
	const bool has_failed = regs->r10;

	if (asked->r10)
		return TDVMCALL_EXPOSE_R10;
	switch (asked->r11) {
	case TDVMCALL_CPUID:
		return TDVMCALL_EXPOSE_R10 |
		       (has_failed ? 0 : TDVMCALL_EXPOSE_R12 |
						TDVMCALL_EXPOSE_R13 |
						TDVMCALL_EXPOSE_R14 |
						TDVMCALL_EXPOSE_R15);
	case TDVMCALL_GET_TD_VM_CALL_INFO:
		return TDVMCALL_EXPOSE_R10 | TDVMCALL_EXPOSE_R11 |
		       TDVMCALL_EXPOSE_R12 | TDVMCALL_EXPOSE_R13 |
		       TDVMCALL_EXPOSE_R14;
	case TDVMCALL_MAP_GPA:
		return TDVMCALL_EXPOSE_R10 |
		       (has_failed ? TDVMCALL_EXPOSE_R11 : 0);
	case TDVMCALL_RDMSR:
		return TDVMCALL_EXPOSE_R10 |
		       (has_failed ? 0 : TDVMCALL_EXPOSE_R11);
	default:
		return TDVMCALL_EXPOSE_R10 |
		       (has_failed || !is_read(asked) ? 0 :
							TDVMCALL_EXPOSE_R11);
	}
}

/* All but the answers, also those that the guest did not show: the module
 * must not take these. */
static void scribble(struct vp_registers *regs, uint64_t kept)
{
	uint64_t *const all[] = {
		NULL, NULL, &regs->rdx, &regs->rbx, NULL, &regs->rbp,
		&regs->rsi, &regs->rdi, &regs->r8, &regs->r9, &regs->r10,
		&regs->r11, &regs->r12, &regs->r13, &regs->r14, &regs->r15,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(all); i++)
		if (all[i] && !(kept & BIT(i)))
			*all[i] = SCRIBBLE_MARK | lies_random() >> 32;
}

void lies_change_answer(struct vmm_vcpu *vcpu,
			const struct vp_registers *asked)
{
	struct vp_registers *regs = &vcpu->regs;

	if (!asked->r10) {
		lies_change_fw_cfg(regs, asked);
		lies_change_pci(regs, asked);
		lies_change_virtio(regs, asked);
		lies_change_map_gpa(regs, asked);
		change_values(regs, asked);
	}
	/* Not what a timer needs: msr-refuse says that. */
	if (!is_leaf(asked, TDVMCALL_WRMSR) && lies_chance(3) &&
	    lie_tell(LIE_R10_RANGE))
		regs->r10 = odd_status();
	if (lie_tell(LIE_SCRIBBLE))
		scribble(regs, answers(regs, asked));
}
